/**
 * What a pattern asks of the bytes at a place of the line, written as instructions.
 *
 * Lines are ASCII, and their only newline is their last byte.
 *
 * @module
 */

import { ANYTHING, NO_NEWLINE, WORD } from "../char_class.ts";
import type { Assertion, RepeatNode } from "../pattern_tree.ts";
import { spendRun } from "./budget.ts";
import { type FunctionCode, type Label, Op } from "./function_code.ts";
import {
  type AsciiSet,
  asciiSetOf,
  commonText,
  complementOf,
  expectedAt,
  firstOf,
  type Heads,
  holdsCode,
  isSame,
  onlyMember,
  rangeOf,
} from "./heads.ts";
import { PLACE, Shared } from "./variables.ts";

/** Where instructions go, and what is left where the line is another one. */
export interface ByteSite {
  readonly code: FunctionCode;
  readonly fail: Label;
}

/** A quantifier of one set. */
export type Run = Pick<RepeatNode, "body" | "min" | "max">;

const NEWLINE = 10;

/** More are counted. */
const MOST_UNROLLED = 4;

/** Characters of heads that are looked at before a way is gone. */
const MOST_EXPECTED = 3;

const WORDS = asciiSetOf({ isNegated: false, ranges: WORD, letters: "" });

/** Widths that can be loaded, with what loads them. */
const LOADS = [[8, Op.load64], [4, Op.load32], [2, Op.load16], [
  1,
  Op.load8,
]] as const;

/** Gives the place, in the pattern's part of the memory, of a table with a byte for each character. */
export type TableOf = (byteOf: (code: number) => number) => number;

/** Writes tests of one module. */
export class ByteTests {
  readonly #tableOf: TableOf;
  readonly #staysWithin: boolean;

  /** @param staysWithin whether no place is behind the newline: it is none of what is taken, and ends all that is */
  constructor(tableOf: TableOf, staysWithin: boolean) {
    this.#tableOf = tableOf;
    this.#staysWithin = staysWithin;
  }

  /** Goes on, or back, by so many bytes. */
  move(code: FunctionCode, count: number): void {
    code.get(PLACE);
    code.constant(count);
    code.add(Op.add);
    code.set(PLACE);
  }

  /** Takes a byte of the set. */
  take(set: AsciiSet, { code, fail }: ByteSite): void {
    this.#failAtEnd({ code, fail });
    this.#failUnlessMember(set, { code, fail });
    this.move(code, 1);
  }

  /** Takes these bytes, eight at a time. */
  takeText(text: string, { code, fail }: ByteSite): void {
    if (!this.#staysWithin) {
      code.addIndexed(Op.getGlobal, Shared.end);
      code.get(PLACE);
      code.add(Op.subtract);
      code.constant(text.length);
      code.add(Op.less);
      code.jump(Op.jumpIf, fail);
    }
    for (let rest = text, at = 0; rest !== "";) {
      const width = this.#compare(rest, at, { code, fail });
      rest = rest.slice(width);
      at += width;
    }
    this.move(code, text.length);
  }

  /** Compares as much of a text as can be loaded at once. @returns how much that is */
  #compare(text: string, offset: number, { code, fail }: ByteSite): number {
    const [width, load] = LOADS.find(([width]) => width <= text.length) ??
      LOADS[3];
    code.get(PLACE);
    code.access(load, offset);
    const value = numberOf(text.slice(0, width));
    if (width === 8) code.constant64(BigInt.asIntN(64, value));
    else code.constant(Number(BigInt.asIntN(32, value)));
    code.add(width === 8 ? Op.differ64 : Op.differ);
    code.jump(Op.jumpIf, fail);
    return width;
  }

  /** Fails early where no head begins like what is there. At the end of the line nothing is known. */
  expect(heads: Heads, { code, fail }: ByteSite): void {
    const text = commonText(heads);
    if (text.length > 1) {
      this.#compare(text, 0, { code, fail });
      return;
    }
    const first = firstOf(heads);
    if (first === undefined) return;
    const isEnd = code.open(Op.block);
    this.#failAtEnd({ code, fail: isEnd });
    this.#failUnlessMember(first, { code, fail });
    for (let at = 1; at < MOST_EXPECTED; at++) {
      const set = expectedAt(heads, at);
      if (set === undefined) break;
      this.#failUnlessMember(set, { code, fail }, at);
    }
    code.close();
  }

  /** Fails early where the byte before is none of the set, or where there is none. */
  expectBefore(set: AsciiSet | undefined, { code, fail }: ByteSite): void {
    if (set === undefined) return;
    code.get(PLACE);
    code.addIndexed(Op.getGlobal, Shared.start);
    code.add(Op.lessOrEqual);
    code.jump(Op.jumpIf, fail);
    this.move(code, -1);
    const isMember = code.local();
    this.#member(set, code);
    code.set(isMember);
    this.move(code, 1);
    code.get(isMember);
    code.add(Op.isZero);
    code.jump(Op.jumpIf, fail);
  }

  /** Fails where the place is another one. */
  assert(assertion: Assertion, { code, fail }: ByteSite): void {
    switch (assertion) {
      case "textStart":
      case "textEnd":
        code.get(PLACE);
        code.addIndexed(
          Op.getGlobal,
          assertion === "textEnd" ? Shared.end : Shared.start,
        );
        code.add(Op.differ);
        break;
      case "wordEdge":
      case "noWordEdge":
        this.#isWord(code, -1);
        this.#isWord(code, 0);
        code.add(assertion === "wordEdge" ? Op.equal : Op.differ);
        break;
      case "dollar":
      case "lineEnd":
        // At the newline, or behind it.
        code.get(PLACE);
        code.addIndexed(Op.getGlobal, Shared.end);
        code.constant(1);
        code.add(Op.subtract);
        code.add(Op.less);
        break;
      default:
        throw new Error(`No bytes can be made of "${assertion}"`);
    }
    code.jump(Op.jumpIf, fail);
  }

  /** Takes as many bytes as there have to be. */
  takeLeast(run: Run, site: ByteSite): void {
    const set = setOf(run);
    if (run.min <= MOST_UNROLLED) {
      for (let count = 0; count < run.min; count++) this.take(set, site);
      return;
    }
    const { code } = site;
    const until = code.local();
    code.get(PLACE);
    code.constant(run.min);
    code.add(Op.add);
    code.set(until);
    const loop = code.open(Op.loop);
    this.take(set, site);
    code.get(PLACE);
    code.get(until);
    code.add(Op.less);
    code.jump(Op.jumpIf, loop);
    code.close();
  }

  /** @returns a variable that tells where a run, of which the least was taken, ends at the latest; undefined for the line's end */
  limitOf({ min, max }: Run, code: FunctionCode): number | undefined {
    if (max === Infinity) return undefined;
    const limit = code.local();
    code.get(PLACE);
    code.constant(max - min);
    code.add(Op.add);
    code.set(limit);
    return limit;
  }

  /** Takes as many bytes as there are. */
  takeAll(run: Run, limit: number | undefined, code: FunctionCode): void {
    const set = setOf(run);
    if (limit === undefined && isSame(set, asciiSetOf(NO_NEWLINE))) {
      return this.#goToEnd(code, -1);
    }
    if (limit === undefined && isSame(set, asciiSetOf(ANYTHING))) {
      return this.#goToEnd(code, 0);
    }
    const before = code.local();
    code.get(PLACE);
    code.set(before);
    const end = code.open(Op.block);
    const loop = code.open(Op.loop);
    this.takeOne(run, limit, { code, fail: end });
    code.jump(Op.jump, loop);
    code.close();
    code.close();
    if (limit === undefined) spendRun(before, code);
  }

  /** Lets a variable not be further behind the place than so many bytes. */
  raise(local: number, most: number, code: FunctionCode): void {
    if (most === Infinity) return;
    const isNear = code.open(Op.block);
    code.get(PLACE);
    code.get(local);
    code.add(Op.subtract);
    code.constant(most);
    code.add(Op.lessOrEqual);
    code.jump(Op.jumpIf, isNear);
    code.get(PLACE);
    code.constant(most);
    code.add(Op.subtract);
    code.set(local);
    code.close();
  }

  /**
   * Goes back to where what follows may begin, by one byte or by more: none of those that are left out begins a text that all
   * of it begins with, since the byte at the place would be another one.
   *
   * @param run whose bytes were taken; a newline is none of them
   */
  moveBack(run: Run, follow: Heads, code: FunctionCode): void {
    const text = commonText(follow);
    if (text.length < 2 || holdsCode(setOf(run), NEWLINE)) {
      return this.move(code, -1);
    }
    const table = this.#tableOf((member) => {
      const at = text.indexOf(String.fromCharCode(member), 1);
      return at < 0 ? text.length : at;
    });
    code.get(PLACE);
    code.get(PLACE);
    code.access(Op.load8, 0);
    code.addIndexed(Op.getGlobal, Shared.base);
    code.add(Op.add);
    code.access(Op.load8, table);
    code.add(Op.subtract);
    code.set(PLACE);
  }

  /** Takes one more byte of a run. */
  takeOne(run: Run, limit: number | undefined, site: ByteSite): void {
    const { code, fail } = site;
    if (limit !== undefined) {
      code.get(PLACE);
      code.get(limit);
      code.add(Op.moreOrEqual);
      code.jump(Op.jumpIf, fail);
    }
    this.take(setOf(run), site);
  }

  /** Goes to the end of the line, or before it, but never back. */
  #goToEnd(code: FunctionCode, offset: number): void {
    const end = code.local();
    const isThere = code.open(Op.block);
    code.addIndexed(Op.getGlobal, Shared.end);
    code.constant(offset);
    code.add(Op.add);
    code.addIndexed(Op.teeLocal, end);
    code.get(PLACE);
    code.add(Op.lessOrEqual);
    code.jump(Op.jumpIf, isThere);
    code.get(end);
    code.set(PLACE);
    code.close();
  }

  /** Puts 1 on the stack if a letter, digit or `_` stands so far from the place, else 0. */
  #isWord(code: FunctionCode, offset: -1 | 0): void {
    const isWord = code.local();
    code.constant(0);
    code.set(isWord);
    const isOutside = code.open(Op.block);
    code.get(PLACE);
    const border = offset < 0 ? Shared.start : Shared.end;
    code.addIndexed(Op.getGlobal, border);
    code.add(offset < 0 ? Op.lessOrEqual : Op.moreOrEqual);
    code.jump(Op.jumpIf, isOutside);
    code.get(PLACE);
    code.constant(offset);
    code.add(Op.add);
    code.access(Op.load8, 0);
    this.#lookUp(WORDS, code);
    code.set(isWord);
    code.close();
    code.get(isWord);
  }

  #failAtEnd({ code, fail }: ByteSite): void {
    if (this.#staysWithin) return;
    code.get(PLACE);
    code.addIndexed(Op.getGlobal, Shared.end);
    code.add(Op.moreOrEqual);
    code.jump(Op.jumpIf, fail);
  }

  #failUnlessMember(
    set: AsciiSet,
    { code, fail }: ByteSite,
    offset = 0,
  ): void {
    this.#member(set, code, offset);
    code.add(Op.isZero);
    code.jump(Op.jumpIf, fail);
  }

  /** Puts on the stack whether the byte so far behind the place is a member. */
  #member(set: AsciiSet, code: FunctionCode, offset = 0): void {
    code.get(PLACE);
    code.access(Op.load8, offset);
    const only = onlyMember(set);
    const missing = onlyMember(complementOf(set));
    const [from, to] = rangeOf(set);
    if (only >= 0 || missing >= 0) {
      code.constant(Math.max(only, missing));
      code.add(only >= 0 ? Op.equal : Op.differ);
    } else if (to >= 0) {
      code.constant(from);
      code.add(Op.subtract);
      code.constant(to - from + 1);
      code.add(Op.lessUnsigned);
    } else this.#lookUp(set, code);
  }

  /** Puts on the stack whether the byte there is a member. */
  #lookUp(set: AsciiSet, code: FunctionCode): void {
    code.addIndexed(Op.getGlobal, Shared.base);
    code.add(Op.add);
    const table = this.#tableOf((member) => holdsCode(set, member) ? 1 : 0);
    code.access(Op.load8, table);
  }
}

/** @returns what a run consists of */
export function setOf({ body }: Run): AsciiSet {
  if (body.kind === "set") return asciiSetOf(body.set);
  throw new Error("A run is of one set");
}

/** @returns the bytes as a number, the first one least */
function numberOf(text: string): bigint {
  return [...text].reduceRight(
    (value, unit) => value << 8n | BigInt(unit.charCodeAt(0)),
    0n,
  );
}
