/**
 * What the steps of a date pattern's expression share while they look at a text.
 *
 * @module
 */

import type { DateEdge } from "./date_tree.ts";
import type { FirstUnits } from "./first_units.ts";
import { isWordUnit, type UnitSet } from "./unit_set.ts";

/** Characters of which it is noted how they were looked at. */
const NOTED = 64;

const ASCII = 128;
const NEWLINE = 10;

/** One search. */
export interface Run {
  text: string;
  end: number;
  left: number;
  depth: number;
  /** The furthest character that was looked at. */
  reach: number;
  /** 1 for each of the first characters that, were it a digit, might not be any other one. */
  readonly pinned: Uint8Array;
  /** Behind the last character of a group, at twice its number; its start before it; -1 where it took no part. */
  readonly spans: Int32Array;
}

/** @returns a search that has not begun */
export function createRun(groupCount: number): Run {
  return {
    text: "",
    end: 0,
    left: 0,
    depth: 0,
    reach: 0,
    pinned: new Uint8Array(NOTED),
    spans: new Int32Array(2 * groupCount + 2),
  };
}

/** Notes that a character decides by what it is. */
export function pin({ pinned }: Run, at: number): void {
  if (at < pinned.length) pinned[at] = 1;
}

/** @returns whether the character at `at` is of the set; it counts as looked at */
export function takes(run: Run, set: UnitSet, at: number): boolean {
  if (at > run.reach) run.reach = at;
  if (!set.isDigitBlind) pin(run, at);
  return at < run.end && set.has(run.text.charCodeAt(at));
}

/** @returns false where the part cannot match, by its first character alone */
export function canBegin(
  run: Run,
  first: FirstUnits | undefined,
  at: number,
): boolean {
  if (first === undefined) return true;
  if (at > run.reach) run.reach = at;
  if (!first.isDigitBlind) pin(run, at);
  if (at >= run.end) return false;
  const unit = run.text.charCodeAt(at);
  return unit >= ASCII || first.units[unit] === 1;
}

/** @returns whether the place is such an edge; to edges all digits are the same */
export function isAtEdge(run: Run, edge: DateEdge, at: number): boolean {
  const { text, end } = run;
  if (at + 1 > run.reach) run.reach = at + 1;
  switch (edge) {
    case "textStart":
      return at === 0;
    case "lineStart":
      return at === 0 || text.charCodeAt(at - 1) === NEWLINE;
    case "textEnd":
      return at === end;
    case "dollar":
      return at === end || at + 1 === end && text.charCodeAt(at) === NEWLINE;
    case "lineEnd":
      return at === end || text.charCodeAt(at) === NEWLINE;
  }
  const isBehindWord = at > 0 && isWordUnit(text.charCodeAt(at - 1));
  const isBeforeWord = at < end && isWordUnit(text.charCodeAt(at));
  const isWordEdge = isBehindWord !== isBeforeWord;
  switch (edge) {
    case "wordEdge":
      return isWordEdge;
    case "noWordEdge":
      return !isWordEdge;
    case "stampStart":
      return isWordEdge || at === 0 || at < end && !isBeforeWord;
    case "stampEnd":
      return isWordEdge || !isBeforeWord;
  }
}
