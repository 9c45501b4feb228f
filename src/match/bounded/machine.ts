/**
 * Executes a program: a backtracking search that remembers where it failed, and gives up when its budget is spent.
 *
 * Without back-references and conditions a place in the program and a place in the text decide what follows, so once a way
 * from there has failed it is not gone again: time grows with the text's length, not with its powers. With them, what
 * failed holds until a group that is referred to changes.
 *
 * @module
 */

import { BacktrackStack, RESTORE } from "./backtrack_stack.ts";
import { FailureMemo } from "./failure_memo.ts";
import { RUN_BACK, RUN_FAILED, RunWalker } from "./run_walker.ts";
import { Op, type Program, type ProgramSet } from "./program.ts";
import {
  afterMember,
  holds,
  isWithinPair,
  placeBefore,
} from "./text_places.ts";

/**
 * Steps that one search may take, 10 to 20 ns each: under 5 ms. Lines of 4 KB that are made to hurt the patterns of
 * fail2ban's filters take 110,000 at most, ordinary lines some hundred.
 */
export const STEP_BUDGET = 200_000;

/** Most searches end before remembering would pay. */
const REMEMBER_AFTER = 600;

/** What an entry of the stack does when it is reached; from 0 on it goes on at that instruction, at place `a`. */
const FAILED = -2;

/** No search begins within another one, so all programs share them. */
const stack = new BacktrackStack();
const memo = new FailureMemo();

/** One program, with the places of its groups after a hit. */
export class Machine {
  /** First and last place of each group, -1 where it took no part; of the last search. */
  readonly slots: Int32Array;
  /** Whether the last search ended because its budget was spent. */
  isOverBudget = false;
  /** Of the last search. */
  steps = 0;
  readonly #program: Program;
  readonly #code: Int32Array;
  readonly #budget: number;
  readonly #runs: RunWalker;
  #text = "";

  /** @param budget steps of one search */
  constructor(program: Program, budget = STEP_BUDGET) {
    this.#program = program;
    this.#code = program.code;
    this.#budget = budget;
    this.#runs = new RunWalker(program, stack, memo);
    this.slots = new Int32Array(program.slotCount);
  }

  /**
   * Searches a text from a place on; what stands before it can be looked behind at.
   *
   * @returns whether the pattern hits, leftmost; over budget it does not
   */
  search(text: string, from = 0): boolean {
    const { isAnchored, firstAscii } = this.#program;
    this.#text = text;
    this.#runs.text = text;
    stack.top = 0;
    this.steps = 0;
    this.isOverBudget = false;
    this.slots.fill(-1);
    memo.begin(this.#program, text.length);
    const last = isAnchored ? 0 : text.length;
    for (let start = from; start <= last; start++) {
      const unit = text.charCodeAt(start);
      if (firstAscii !== undefined) {
        if (unit < 128 ? firstAscii[unit] === 0 : start === text.length) {
          continue;
        }
      }
      if (isWithinPair(text, start)) continue;
      const end = this.#run(0, start, -1);
      if (this.isOverBudget) break;
      if (end < 0) continue;
      this.slots[0] = start;
      this.slots[1] = end;
      this.#text = "";
      return true;
    }
    this.#text = "";
    return false;
  }

  /**
   * Goes on from an instruction until Accept.
   *
   * @param target where Accept must be reached; -1 for anywhere
   * @returns the place, or -1; then the groups are as they were
   */
  #run(from: number, at: number, target: number): number {
    const base = stack.top;
    let pc = from;
    let place = at;
    for (;;) {
      if (++this.steps > this.#budget) {
        this.isOverBudget = true;
        return -1;
      }
      if (pc >= 0) {
        if (this.#code[pc] === Op.Accept) {
          if (target < 0 || place === target) return place;
          pc = -1;
        } else {
          place = this.#step(pc, place);
          pc = this.#next;
        }
      }
      if (pc < 0) {
        if (stack.top === base) return -1;
        place = this.#back();
        pc = this.#next;
      }
    }
  }

  /** Where `#step` and `#back` lead; -1 for back. */
  #next = -1;

  /** @returns the place after the instruction; `#next` tells where to go on */
  #step(pc: number, place: number): number {
    const code = this.#code;
    const a = code[pc + 1] ?? 0;
    switch (code[pc]) {
      case Op.Unit:
        this.#next = this.#text.charCodeAt(place) === a ? pc + 2 : -1;
        return place + 1;
      case Op.Text: {
        const text = this.#program.texts[a] ?? "";
        this.#next = this.#text.startsWith(text, place) ? pc + 2 : -1;
        return place + text.length;
      }
      case Op.Set: {
        const after = afterMember(this.#setOf(a), this.#text, place);
        this.#next = after < 0 ? -1 : pc + 2;
        return after;
      }
      case Op.Run:
      case Op.LazyRun:
        return this.#leave(this.#runs.enter(pc, place));
      case Op.Split:
        return this.#split(pc, place);
      case Op.Jump:
        this.#next = a;
        return place;
      case Op.Save:
        this.#save(a, place);
        this.#next = pc + 2;
        return place;
      case Op.LeaveEmpty:
        this.#next = this.slots[a] === place ? code[pc + 2] ?? 0 : pc + 3;
        return place;
      case Op.Assert:
        this.#next = holds(a, this.#text, place) ? pc + 2 : -1;
        return place;
      case Op.Look:
        this.#next = this.#look(pc, place) ? code[pc + 5] ?? 0 : -1;
        return place;
      case Op.Atomic:
        return this.#atomic(pc, place);
      case Op.Reference:
        return this.#reference(pc, place);
      default:
        this.#next = (this.slots[2 * a + 1] ?? -1) >= 0
          ? pc + 3
          : code[pc + 2] ?? 0;
        return place;
    }
  }

  /** Takes the last entry from the stack. @returns the place to go on */
  #back(): number {
    const top = stack.pop();
    const { entries } = stack;
    const kind = entries[top] ?? 0;
    const a = entries[top + 1] ?? 0;
    const b = entries[top + 2] ?? 0;
    const c = entries[top + 3] ?? 0;
    this.#next = kind;
    if (kind >= 0) return a;
    switch (kind) {
      case RESTORE:
        this.slots[a] = b;
        memo.stamp = c;
        this.#next = -1;
        return 0;
      case FAILED:
        memo.markFailed(a, b, c === 1);
        this.#next = -1;
        return 0;
      case RUN_FAILED:
        this.#runs.markFailed(a, b, c);
        this.#leave(0);
        this.#next = -1;
        return 0;
      case RUN_BACK:
        return this.#leave(this.#runs.giveBack(a, b, c));
      default:
        return this.#leave(this.#runs.takeMore(a, b, c));
    }
  }

  /** Takes over what the walker found and what it took. */
  #leave(place: number): number {
    this.#next = this.#runs.next;
    this.steps += this.#runs.cost;
    this.#runs.cost = 0;
    return place;
  }

  #setOf(index: number): ProgramSet {
    const set = this.#program.sets[index];
    if (set === undefined) throw new Error("The program has no such set");
    return set;
  }

  #save(slot: number, place: number): void {
    const old = this.slots[slot] ?? -1;
    if (old === place) return;
    stack.push(RESTORE, slot, old, memo.stamp);
    this.slots[slot] = place;
    if (this.#program.watched[slot] === 1) memo.renew();
  }

  #split(from: number, place: number): number {
    const code = this.#code;
    const unit = this.#text.charCodeAt(place);
    let pc = from;
    // Of many words in a row of branches, most do not even begin like the text.
    while (code[pc] === Op.Split) {
      const firstUnit = code[pc + 4] ?? -1;
      if (firstUnit < 0 || firstUnit === unit) break;
      const secondUnit = code[pc + 5] ?? -1;
      const isOver = secondUnit >= 0 && secondUnit !== unit;
      pc = isOver ? -1 : code[pc + 2] ?? 0;
    }
    if (pc >= 0 && code[pc] === Op.Split) return this.#choose(pc, place);
    this.#next = pc;
    return place;
  }

  #choose(pc: number, place: number): number {
    const code = this.#code;
    const first = code[pc + 1] ?? 0;
    const second = code[pc + 2] ?? 0;
    const secondUnit = code[pc + 5] ?? -1;
    const unit = this.#text.charCodeAt(place);
    this.#next = first;
    const cell = code[pc + 3] ?? -1;
    if (cell >= 0 && this.steps > REMEMBER_AFTER && memo.isUsed) {
      const isLate = pc > this.#program.lastUse;
      if (memo.hasFailed(cell, place, isLate)) {
        this.#next = -1;
        return place;
      }
      stack.push(FAILED, cell, place, isLate ? 1 : 0);
    }
    if (secondUnit < 0 || secondUnit === unit) stack.push(second, place, 0, 0);
    return place;
  }

  #look(pc: number, place: number): boolean {
    const code = this.#code;
    const isNegated = code[pc + 1] === 1;
    const isBehind = code[pc + 2] === 1;
    const base = stack.top;
    const isThere = isBehind
      ? this.#isBehind(pc, place)
      : this.#run(pc + 6, place, -1) >= 0;
    if (this.isOverBudget) return false;
    if (isThere) {
      if (isNegated) this.#undo(base);
      else stack.keepRestores(base);
    }
    return isThere !== isNegated;
  }

  #isBehind(pc: number, place: number): boolean {
    const min = this.#code[pc + 3] ?? 0;
    const max = this.#code[pc + 4] ?? 0;
    let start = place;
    for (let width = 0; width <= max && start >= 0; width++) {
      if (width >= min && this.#run(pc + 6, start, place) >= 0) return true;
      start = start === 0 ? -1 : placeBefore(this.#text, start);
    }
    return false;
  }

  #atomic(pc: number, place: number): number {
    const base = stack.top;
    const end = this.#run(pc + 2, place, -1);
    if (end >= 0) stack.keepRestores(base);
    this.#next = end < 0 ? -1 : this.#code[pc + 1] ?? 0;
    return end;
  }

  /** Drops the other ways above `base`, and puts the groups back. */
  #undo(base: number): void {
    while (stack.top > base) {
      const at = stack.pop();
      const { entries } = stack;
      if (entries[at] !== RESTORE) continue;
      this.slots[entries[at + 1] ?? 0] = entries[at + 2] ?? -1;
      memo.stamp = entries[at + 3] ?? 0;
    }
  }

  #reference(pc: number, place: number): number {
    const group = this.#code[pc + 1] ?? 0;
    const from = this.slots[2 * group] ?? -1;
    const to = this.slots[2 * group + 1] ?? -1;
    this.#next = -1;
    if (to < 0) return place;
    const caught = this.#text.slice(from, to);
    const end = place + caught.length;
    this.steps += caught.length >> 3;
    const isSame = this.#code[pc + 2] === 1
      ? this.#text.slice(place, end).toLowerCase() === caught.toLowerCase()
      : this.#text.startsWith(caught, place);
    if (isSame) this.#next = pc + 3;
    return end;
  }
}
