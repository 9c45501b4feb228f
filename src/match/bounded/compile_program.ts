/**
 * Compiles a pattern's tree for the bounded engine.
 *
 * @module
 */

import { type CharSet, isInSet } from "../char_class.ts";
import { FilterError } from "../filter_error.ts";
import type { ParsedPattern } from "../parsed_pattern.ts";
import {
  type LookNode,
  type PatternNode,
  type RepeatNode,
  widthOf,
} from "../pattern_tree.ts";
import { findFirst } from "./find_first.ts";
import {
  ASSERTIONS,
  ENDLESS,
  Op,
  OPERANDS,
  type Program,
  type ProgramSet,
} from "./program.ts";

/** In numbers; repeats of groups are written out, and `(?:(?:a{1,9}b){99}){99}` would take all memory. */
const LARGEST_PROGRAM = 100_000;

/** Which units the splits and runs compare with before they try a way; none. */
const ANY_UNIT = -1;

/**
 * Compiles a pattern.
 *
 * @throws {FilterError} when its repeats come to too much
 */
export function compileProgram(parsed: ParsedPattern): Program {
  return new ProgramCompiler(parsed).run();
}

class ProgramCompiler {
  readonly #parsed: ParsedPattern;
  readonly #code: number[] = [];
  readonly #sets: ProgramSet[] = [];
  readonly #texts: string[] = [];
  readonly #setIndexes = new Map<string, number>();
  readonly #watched: Uint8Array;
  #slotCount: number;
  #memoCount = 0;
  #runCount = 0;
  #lastUse = -1;
  #behindDepth = 0;

  constructor(parsed: ParsedPattern) {
    this.#parsed = parsed;
    this.#slotCount = 2 * (parsed.groupCount + 1);
    this.#watched = new Uint8Array(this.#slotCount);
  }

  run(): Program {
    const { root } = this.#parsed;
    this.#emitNode(root);
    this.#emit(Op.Accept);
    const code = Int32Array.from(this.#code);
    fillNextUnits(code, this.#texts);
    const watched = new Uint8Array(this.#slotCount);
    watched.set(this.#watched);
    return {
      code,
      sets: this.#sets,
      texts: this.#texts,
      slotCount: this.#slotCount,
      memoCount: this.#memoCount,
      runCount: this.#runCount,
      lastUse: this.#lastUse,
      watched,
      ...findFirst(root),
    };
  }

  #emit(op: number, ...operands: readonly number[]): number {
    const at = this.#code.push(op, ...operands) - operands.length - 1;
    if (at > LARGEST_PROGRAM) {
      throw new FilterError(
        this.#parsed.pattern,
        0,
        "its repeats are too large, written out",
      );
    }
    return at;
  }

  /** Puts the next instruction's place into an operand. */
  #land(at: number, operand: number): void {
    this.#code[at + operand] = this.#code.length;
  }

  #emitNode(node: PatternNode): void {
    switch (node.kind) {
      case "set":
        return this.#emitSet(node.set);
      case "assertion":
        this.#emit(Op.Assert, ASSERTIONS.indexOf(node.assertion));
        return;
      case "sequence":
        return this.#emitSequence(node.parts);
      case "branches":
        return this.#emitBranches(node.branches);
      case "capture":
        this.#emit(Op.Save, 2 * node.group);
        this.#emitNode(node.body);
        this.#emit(Op.Save, 2 * node.group + 1);
        return;
      case "repeat":
        return this.#emitRepeat(node);
      case "look":
        return this.#emitLook(node);
      case "tag":
        return this.#emitNode(node.body);
      case "atomic": {
        const at = this.#emit(Op.Atomic, 0);
        this.#emitNode(node.body);
        this.#emit(Op.Accept);
        return this.#land(at, 1);
      }
      case "reference":
        this.#use(node.group);
        this.#emit(Op.Reference, node.group, node.ignoreCase ? 1 : 0);
        return;
      case "condition":
        return this.#emitCondition(node);
    }
  }

  #use(group: number): void {
    this.#lastUse = this.#code.length;
    this.#watched[2 * group] = 1;
    this.#watched[2 * group + 1] = 1;
  }

  #emitSet(set: CharSet): void {
    const unit = onlyUnit(set);
    if (unit >= 0) this.#emit(Op.Unit, unit);
    else this.#emit(Op.Set, this.#indexOf(set));
  }

  #indexOf(set: CharSet): number {
    const key = JSON.stringify(set);
    const known = this.#setIndexes.get(key);
    if (known !== undefined) return known;
    const ascii = new Uint8Array(128);
    for (let code = 0; code < 128; code++) {
      ascii[code] = isInSet(code, set) ? 1 : 0;
    }
    const isPlain = set.letters === "" &&
      set.ranges.every(([, to]) => to < 128);
    const beyond = isPlain ? set.isNegated : undefined;
    const index = this.#sets.push({ ascii, beyond, set }) - 1;
    this.#setIndexes.set(key, index);
    return index;
  }

  /** Characters in a row are one comparison. */
  #emitSequence(parts: readonly PatternNode[]): void {
    for (let i = 0; i < parts.length; i++) {
      let text = "";
      let end = i;
      for (; end < parts.length; end++) {
        const part = parts[end];
        const unit = part?.kind === "set" ? onlyUnit(part.set) : -1;
        if (unit < 0) break;
        text += String.fromCharCode(unit);
      }
      const part = parts[i];
      if (text.length > 1) {
        this.#emit(Op.Text, this.#texts.push(text) - 1);
        i = end - 1;
      } else if (part !== undefined) this.#emitNode(part);
    }
  }

  #emitBranches(branches: readonly PatternNode[]): void {
    const jumps: number[] = [];
    branches.forEach((branch, i) => {
      if (i === branches.length - 1) return this.#emitNode(branch);
      const split = this.#emitSplit();
      this.#land(split, 1);
      this.#emitNode(branch);
      jumps.push(this.#emit(Op.Jump, 0));
      this.#land(split, 2);
    });
    for (const jump of jumps) this.#land(jump, 1);
  }

  /** A split that is met again at the same place remembers that it failed. */
  #emitSplit(): number {
    const memo = this.#behindDepth === 0 ? this.#memoCount++ : -1;
    return this.#emit(Op.Split, 0, 0, memo, ANY_UNIT, ANY_UNIT);
  }

  #emitRepeat(repeat: RepeatNode): void {
    const { body, min, max, isLazy } = repeat;
    if (body.kind === "set") {
      const endless = max === Infinity && this.#behindDepth === 0;
      this.#emit(
        isLazy ? Op.LazyRun : Op.Run,
        this.#indexOf(body.set),
        min,
        max === Infinity ? ENDLESS : max,
        ANY_UNIT,
        endless ? this.#runCount++ : -1,
      );
      return;
    }
    if (max === 0) return;
    const from = this.#code.length;
    const copies = max === Infinity ? Math.max(0, min - 1) : min;
    for (let i = 0; i < copies; i++) this.#emitNode(body);
    if (max === Infinity) this.#emitLoop(repeat);
    else this.#emitOptional(repeat);
    if (this.#lastUse >= from) this.#lastUse = this.#code.length;
  }

  #emitLoop({ body, min, isLazy }: RepeatNode): void {
    const canBeEmpty = widthOf(body).min === 0;
    const slot = canBeEmpty ? this.#slotCount++ : -1;
    const isChecked = min === 0;
    const start = this.#code.length;
    const head = isChecked ? this.#emitSplit() : -1;
    if (isChecked) this.#land(head, isLazy ? 2 : 1);
    if (canBeEmpty) this.#emit(Op.Save, slot);
    this.#emitNode(body);
    const leave = canBeEmpty ? this.#emit(Op.LeaveEmpty, slot, 0) : -1;
    if (isChecked) {
      this.#emit(Op.Jump, start);
      this.#land(head, isLazy ? 1 : 2);
    } else {
      const split = this.#emitSplit();
      this.#code[split + (isLazy ? 2 : 1)] = start;
      this.#land(split, isLazy ? 1 : 2);
    }
    if (canBeEmpty) this.#land(leave, 2);
  }

  #emitOptional({ body, min, max, isLazy }: RepeatNode): void {
    const splits: number[] = [];
    for (let i = min; i < max; i++) {
      const split = this.#emitSplit();
      splits.push(split);
      this.#land(split, isLazy ? 2 : 1);
      this.#emitNode(body);
    }
    for (const split of splits) this.#land(split, isLazy ? 1 : 2);
  }

  #emitLook({ isBehind, isNegated, body }: LookNode): void {
    const { min, max } = isBehind ? widthOf(body) : { min: 0, max: 0 };
    if (max === Infinity) {
      throw new FilterError(
        this.#parsed.pattern,
        0,
        "look-behind has no end, expected one fixed number of characters",
      );
    }
    const negated = isNegated ? 1 : 0;
    const at = this.#emit(Op.Look, negated, isBehind ? 1 : 0, min, max, 0);
    // Within a look-behind a way also fails because it ends elsewhere, which depends on where it began.
    if (isBehind) this.#behindDepth++;
    this.#emitNode(body);
    if (isBehind) this.#behindDepth--;
    this.#emit(Op.Accept);
    this.#land(at, 5);
  }

  #emitCondition(
    { group, yes, no }: PatternNode & { readonly kind: "condition" },
  ): void {
    this.#use(group);
    const at = this.#emit(Op.Condition, group, 0);
    this.#emitNode(yes);
    const jump = this.#emit(Op.Jump, 0);
    this.#land(at, 2);
    this.#emitNode(no);
    this.#land(jump, 1);
  }
}

/** @returns the one UTF-16 unit that the set holds, or -1 */
function onlyUnit({ isNegated, ranges, letters }: CharSet): number {
  const [only] = ranges;
  if (only === undefined || isNegated || letters !== "") return -1;
  const [from, to] = only;
  const isUnit = from < 0xd800 || from > 0xdfff && from <= 0xffff;
  return ranges.length === 1 && from === to && isUnit ? from : -1;
}

/** What can be told from one unit need not be tried. */
function fillNextUnits(code: Int32Array, texts: readonly string[]): void {
  const peek = (from: number): number => {
    let at = from;
    while (code[at] === Op.Save || code[at] === Op.Jump) {
      at = code[at] === Op.Save ? at + 2 : code[at + 1] ?? 0;
    }
    if (code[at] === Op.Unit) return code[at + 1] ?? ANY_UNIT;
    if (code[at] !== Op.Text) return ANY_UNIT;
    return texts[code[at + 1] ?? 0]?.charCodeAt(0) ?? ANY_UNIT;
  };
  for (let at = 0; at < code.length; at += 1 + (OPERANDS[code[at] ?? 0] ?? 0)) {
    if (code[at] === Op.Split) {
      code[at + 4] = peek(code[at + 1] ?? 0);
      code[at + 5] = peek(code[at + 2] ?? 0);
    } else if (code[at] === Op.Run || code[at] === Op.LazyRun) {
      code[at + 4] = peek(at + 6);
    }
  }
}
