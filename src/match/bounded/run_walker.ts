/**
 * Runs of one set of characters, `.*`, `\\S+?`: where they can end, and where they were tried before.
 *
 * @module
 */

import type { BacktrackStack } from "./backtrack_stack.ts";
import type { FailureMemo } from "./failure_memo.ts";
import { ENDLESS, Op, type Program, type ProgramSet } from "./program.ts";
import { afterMember, placeBefore } from "./text_places.ts";

/** Kind of an entry of the stack: a greedy run may end earlier. */
export const RUN_BACK = -3;

/** Kind of an entry of the stack: a lazy run may end later. */
const RUN_ON = -4;

/** Kind of an entry of the stack: all ends of a run were tried. */
export const RUN_FAILED = -5;

/** Scanning takes less than an instruction. */
const UNITS_A_STEP = 8;

/** Walks the runs of one program. */
export class RunWalker {
  text = "";
  /** Where the program goes on; -1 for back. */
  next = -1;
  /** Steps since it was last set to 0. */
  cost = 0;
  readonly #sets: readonly ProgramSet[];
  readonly #code: Int32Array;
  readonly #lastUse: number;
  readonly #stack: BacktrackStack;
  readonly #memo: FailureMemo;

  constructor(program: Program, stack: BacktrackStack, memo: FailureMemo) {
    this.#sets = program.sets;
    this.#code = program.code;
    this.#lastUse = program.lastUse;
    this.#stack = stack;
    this.#memo = memo;
  }

  /** @returns the place behind the run; `next` tells where to go on */
  enter(pc: number, place: number): number {
    const code = this.#code;
    const set = this.#setOf(code[pc + 1] ?? 0);
    const min = code[pc + 2] ?? 0;
    const max = code[pc + 3] ?? 0;
    const isLazy = code[pc] === Op.LazyRun;
    let at = place;
    for (let i = 0; i < min; i++) {
      at = afterMember(set, this.text, at);
      if (at < 0) {
        this.next = -1;
        return at;
      }
    }
    this.cost += min >> 3;
    return isLazy
      ? this.#beginLazy(pc, at, max - min)
      : this.#beginGreedy(pc, at, max - min);
  }

  #beginGreedy(pc: number, least: number, count: number): number {
    const code = this.#code;
    const set = this.#setOf(code[pc + 1] ?? 0);
    const run = code[pc + 5] ?? -1;
    const isEndless = code[pc + 3] === ENDLESS && run >= 0;
    const isLate = pc > this.#lastUse;
    // From these places on, to the end of the characters, nothing went on.
    const known = isEndless ? this.#memo.runFrom(run, isLate) : -1;
    const knownEnd = known < 0 ? -1 : this.#memo.runTo(run, isLate);
    if (known >= 0 && least >= known && least <= knownEnd) {
      this.next = -1;
      return least;
    }
    let at = least;
    let left = count;
    while (left > 0 && at !== known) {
      const after = afterMember(set, this.text, at);
      if (after < 0) break;
      at = after;
      left--;
    }
    this.cost += ((at - least) / UNITS_A_STEP) | 0;
    const isKnown = at === known;
    if (isEndless && at - least > 1) {
      this.#stack.push(RUN_FAILED, pc, least, isKnown ? knownEnd : at);
    }
    return this.giveBack(
      pc,
      isKnown ? placeBefore(this.text, at) : at,
      least,
    );
  }

  /** Goes on behind a greedy run at `at`, or before that, but not before `least`. */
  giveBack(pc: number, at: number, least: number): number {
    const unit = this.#code[pc + 4] ?? -1;
    let place = at;
    if (unit >= 0) {
      while (place >= least && this.text.charCodeAt(place) !== unit) place--;
      this.cost += ((at - place) / UNITS_A_STEP) | 0;
    }
    if (place < least) {
      this.next = -1;
      return place;
    }
    if (place > least) {
      this.#stack.push(RUN_BACK, pc, placeBefore(this.text, place), least);
    }
    this.next = pc + 6;
    return place;
  }

  #beginLazy(pc: number, at: number, left: number): number {
    const code = this.#code;
    const run = code[pc + 5] ?? -1;
    if (code[pc + 3] !== ENDLESS || run < 0) {
      return this.takeMore(pc, at, left);
    }
    const isLate = pc > this.#lastUse;
    const from = this.#memo.runFrom(run, isLate);
    if (from >= 0 && at >= from && at <= this.#memo.runTo(run, isLate)) {
      this.next = -1;
      return at;
    }
    this.#stack.push(RUN_FAILED, pc, at, -1);
    return this.takeMore(pc, at, left);
  }

  /** All ways behind a run failed; of a lazy one the end is still to be found. */
  markFailed(pc: number, from: number, end: number): void {
    const run = this.#code[pc + 5] ?? 0;
    const set = this.#setOf(this.#code[pc + 1] ?? 0);
    const isLate = pc > this.#lastUse;
    let to = end;
    if (end < 0) {
      const known = this.#memo.runFrom(run, isLate);
      to = from;
      for (;;) {
        const after = to === known ? -1 : afterMember(set, this.text, to);
        if (after < 0) break;
        to = after;
      }
      if (to === known) to = this.#memo.runTo(run, isLate);
      this.cost += ((to - from) / UNITS_A_STEP) | 0;
    }
    this.#memo.markRun(run, { from, to, isLate });
  }

  /** Goes on behind a lazy run at `at`, or later. */
  takeMore(pc: number, at: number, left: number): number {
    const code = this.#code;
    const set = this.#setOf(code[pc + 1] ?? 0);
    const unit = code[pc + 4] ?? -1;
    const run = code[pc + 5] ?? -1;
    const known = run < 0 ? -1 : this.#memo.runFrom(run, pc > this.#lastUse);
    let place = at;
    let rest = left;
    if (place === known) {
      this.next = -1;
      return place;
    }
    if (unit >= 0) {
      while (rest > 0 && this.text.charCodeAt(place) !== unit) {
        const after = afterMember(set, this.text, place);
        if (after < 0) break;
        place = after;
        rest--;
      }
      this.cost += ((place - at) / UNITS_A_STEP) | 0;
      if (this.text.charCodeAt(place) !== unit) {
        this.next = -1;
        return place;
      }
    }
    const after = rest > 0 ? afterMember(set, this.text, place) : -1;
    if (after >= 0) this.#stack.push(RUN_ON, pc, after, rest - 1);
    this.next = pc + 6;
    return place;
  }

  #setOf(index: number): ProgramSet {
    const set = this.#sets[index];
    if (set === undefined) throw new Error("The program has no such set");
    return set;
  }
}
