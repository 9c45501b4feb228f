/**
 * What the bounded engine executes: a pattern as instructions in one array of numbers.
 *
 * @module
 */

import type { CharSet } from "../char_class.ts";

/**
 * Instructions, each followed by its operands.
 *
 *     ^a*(b|c)$   →   0 Assert textStart
 *                     2 Run {a} 0 Infinity -1      as many as there are
 *                     7 Save 2
 *                     9 Split 16 20 …              first 16, else 20
 *                    16 Unit b, 18 Jump 22, 20 Unit c
 *                    22 Save 3, 24 Assert dollar, 26 Accept
 */
export const Op = {
  /** The pattern, or what was looked for, is there. */
  Accept: 0,
  /** `unit`: this UTF-16 unit. */
  Unit: 1,
  /** `text`: these units in a row, by index. */
  Text: 2,
  /** `set`: one character of the set, by index. */
  Set: 3,
  /** `set, min, max, nextUnit, run`: characters of the set, as many as possible. */
  Run: 4,
  /** The same, as few as possible. */
  LazyRun: 5,
  /** `first, second, memo, firstUnit, secondUnit`: two ways, in this order. */
  Split: 6,
  /** `target` */
  Jump: 7,
  /** `slot`: remembers the place. */
  Save: 8,
  /** `slot, target`: goes there when nothing was taken since the place in the slot. */
  LeaveEmpty: 9,
  /** `assertion`: index in ASSERTIONS. */
  Assert: 10,
  /** `isNegated, isBehind, minWidth, maxWidth, after`: the instructions up to `after` end with Accept. */
  Look: 11,
  /** `after`: the same, and goes on from there. */
  Atomic: 12,
  /** `group, ignoreCase`: the text that the group caught. */
  Reference: 13,
  /** `group, otherwise`: goes there when the group took no part. */
  Condition: 14,
} as const;

/** Number of an instruction's operands, by instruction. */
export const OPERANDS = [0, 1, 1, 1, 5, 5, 5, 1, 1, 2, 1, 5, 1, 2, 2] as const;

/** Assertions by the number that stands for them. */
export const ASSERTIONS = [
  "textStart",
  "lineStart",
  "textEnd",
  "dollar",
  "lineEnd",
  "wordEdge",
  "noWordEdge",
] as const;

/** Stands for `Infinity` in a count. */
export const ENDLESS = 0x7fffffff;

/** A set, with the answers for ASCII at hand. */
export interface ProgramSet {
  /** 1 for each member below 128. */
  readonly ascii: Uint8Array;
  /** Whether all characters from 128 on are members, or none of them; undefined where each is to be asked. */
  readonly beyond: boolean | undefined;
  readonly set: CharSet;
}

/** A pattern, compiled. */
export interface Program {
  readonly code: Int32Array;
  readonly sets: readonly ProgramSet[];
  readonly texts: readonly string[];
  /** Two for each group, the whole hit being group 0, and one for each loop that may take nothing. */
  readonly slotCount: number;
  /** Number of splits that may remember where they failed. */
  readonly memoCount: number;
  /** Number of endless runs. */
  readonly runCount: number;
  /** Instructions before this one may go on differently for another text in a group. */
  readonly lastUse: number;
  /** 1 for each slot on which instructions before `lastUse` depend. */
  readonly watched: Uint8Array;
  /** Whether a hit can only begin where the text does. */
  readonly isAnchored: boolean;
  /** 1 for each ASCII character that a hit can begin with; undefined where it may be empty. */
  readonly firstAscii: Uint8Array | undefined;
}
