/**
 * Quantifiers: `*`, `+?`, `{2,5}`, Python's `{,5}`.
 *
 * @module
 */

import { FilterError } from "./filter_error.ts";

/** A quantifier: `{,5}?` is `{ min: 0, max: 5, isLazy: true, length: 5 }`. */
export interface Repeat {
  readonly min: number;
  /** `Infinity` where it has no end. */
  readonly max: number;
  readonly isLazy: boolean;
  /** Of its text. */
  readonly length: number;
}

/** V8's linear engine repeats a node 16 times at most, and less often within other repeats. */
const UNROLL_FROM = 10;

/** Written out further than this, a pattern takes more memory than its speed is worth. */
const UNROLL_TO = 256;

const COUNTS = /\{(\d{0,5})(?:(,)(\d{0,5}))?\}/y;

/**
 * Reads the quantifier at `offset`, where one of `*+?{` stands.
 *
 * @returns undefined where `{` stands for itself
 * @throws {FilterError} when it is possessive, or ends before it begins
 */
export function readRepeat(
  pattern: string,
  offset: number,
): Repeat | undefined {
  const counts = readCounts(pattern, offset);
  if (counts === undefined) return undefined;
  const { min, max, length } = counts;
  if (max < min) {
    throw new FilterError(pattern, offset, "repeat ends before it begins");
  }
  const after = pattern[offset + length];
  if (after === "+") {
    throw new FilterError(
      pattern,
      offset,
      "possessive repeat is not there yet",
    );
  }
  const isLazy = after === "?";
  return { min, max, isLazy, length: isLazy ? length + 1 : length };
}

/**
 * Writes JavaScript's source of a repeat.
 *
 * @param unit source of what is repeated
 * @param isUnrolled whether it is one character, which may be written out for V8's linear engine
 */
export function printRepeat(
  unit: string,
  repeat: Repeat,
  isUnrolled: boolean,
): string {
  const { min, max } = repeat;
  const mark = repeat.isLazy ? "?" : "";
  const last = Number.isFinite(max) ? max : min;
  if (isUnrolled && last >= UNROLL_FROM && last <= UNROLL_TO) {
    return unrollRepeat(unit, repeat, mark);
  }
  return unit + printCounts(min, max) + mark;
}

function readCounts(
  pattern: string,
  offset: number,
): { min: number; max: number; length: number } | undefined {
  const character = pattern[offset];
  if (character === "*") return { min: 0, max: Infinity, length: 1 };
  if (character === "+") return { min: 1, max: Infinity, length: 1 };
  if (character === "?") return { min: 0, max: 1, length: 1 };
  COUNTS.lastIndex = offset;
  const hit = COUNTS.exec(pattern);
  if (hit === null || hit[0] === "{}") return undefined;
  const [text, low = "", comma, high = ""] = hit;
  const min = Number(low);
  const open = high === "" ? Infinity : Number(high);
  return { min, max: comma === undefined ? min : open, length: text.length };
}

function printCounts(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

/** `x{2,4}` as `xx(?:x(?:x)?)?`: nested, so that there is one way to match and nothing is tried twice. */
function unrollRepeat(unit: string, { min, max }: Repeat, mark: string) {
  const head = unit.repeat(min);
  if (max === Infinity) return `${head}${unit}*${mark}`;
  const depth = max - min;
  return head + `(?:${unit}`.repeat(depth) + `)?${mark}`.repeat(depth);
}
