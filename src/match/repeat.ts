/**
 * Quantifiers: `*`, `+?`, `{2,5}`, Python's `{,5}`.
 *
 * @module
 */

import { FilterError } from "./filter_error.ts";

/** A quantifier: `{,5}?` is `{ min: 0, max: 5, isLazy: true, isPossessive: false, length: 5 }`. */
export interface Repeat {
  readonly min: number;
  /** `Infinity` where it has no end. */
  readonly max: number;
  readonly isLazy: boolean;
  /** `*+`: what it took is never given back. */
  readonly isPossessive: boolean;
  /** Of its text. */
  readonly length: number;
}

/** Written out further than this, a pattern takes more memory than its speed is worth. */
const UNROLL_TO = 256;

const COUNTS = /\{(\d{0,5})(?:(,)(\d{0,5}))?\}/y;

/**
 * Reads the quantifier at `offset`, where one of `*+?{` stands.
 *
 * @returns undefined where `{` stands for itself
 * @throws {FilterError} when it ends before it begins
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
  const isLazy = after === "?";
  const isPossessive = after === "+";
  const marks = isLazy || isPossessive ? 1 : 0;
  return { min, max, isLazy, isPossessive, length: length + marks };
}

/**
 * Writes JavaScript's source of a repeat.
 *
 * @param unit source of what is repeated
 * @param unrollFrom counts from here on are written out, for V8's linear engine
 */
export function printRepeat(
  unit: string,
  repeat: Pick<Repeat, "min" | "max" | "isLazy">,
  unrollFrom: number,
): string {
  const { min, max } = repeat;
  const mark = repeat.isLazy ? "?" : "";
  const last = Number.isFinite(max) ? max : min;
  if (last >= unrollFrom && last <= UNROLL_TO) {
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
function unrollRepeat(
  unit: string,
  { min, max }: Pick<Repeat, "min" | "max">,
  mark: string,
): string {
  const head = unit.repeat(min);
  if (max === Infinity) return `${head}${unit}*${mark}`;
  const depth = max - min;
  return head + `(?:${unit}`.repeat(depth) + `)?${mark}`.repeat(depth);
}
