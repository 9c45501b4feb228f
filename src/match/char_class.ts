/**
 * Sets of UTF-16 units as sorted ranges: how a Python class becomes a JavaScript one without the flag `i`.
 *
 *     [^a-c] under (?i)   →   [[0, 0x40], [0x44, 0x60], [0x64, 0xffff]]   →   [^A-Ca-c]
 *
 * @module
 */

/** First and last unit, both included. */
export type Range = readonly [from: number, to: number];

/** Ranges in any order; they may overlap until `mergeRanges`. */
export type Ranges = readonly Range[];

/**
 * What one character may be, as Python has it.
 *
 *     [^\w-]   →   { isNegated: true, ranges: [[0x2d, 0x2d]], letters: "w" }
 */
export interface CharSet {
  readonly isNegated: boolean;
  /** Code points that are listed; both cases under (?i). */
  readonly ranges: Ranges;
  /** Which of `d D w W s S` it holds. */
  readonly letters: string;
}

/** `\d`, ASCII alone. */
export const DIGITS: Ranges = [[0x30, 0x39]];

/** `\w`, ASCII alone: `\b`, which no engine lets us redefine, agrees with it. */
export const WORD: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];

/** `\s` as Python has it for text: with the ASCII separators, without U+FEFF. */
export const SPACES: Ranges = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

const LAST_UNIT = 0xffff;

/** Every code point. */
export const ANYTHING: CharSet = { isNegated: true, ranges: [], letters: "" };

/** `.` */
export const NO_NEWLINE: CharSet = {
  isNegated: true,
  ranges: [[10, 10]],
  letters: "",
};

/** What stands for something else in a pattern or in a class. */
const ESCAPED = "^$\\.*+?()[]{}|/-";

const DIGIT = /\p{Nd}/u;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

const IS_KNOWN = 1;
const IS_DIGIT = 2;
const IS_WORD = 4;
const IS_SPACE = 8;

/** What is known of each UTF-16 unit; asking the expressions takes ten times longer. */
let known = new Uint8Array(0);

/** Larger ranges beyond ASCII are scripts without case or whole planes; folding them costs more than it gives. */
const FOLD_LIMIT = 1024;

/** What Python's IGNORECASE takes for these letters beside their other case. */
const FOLD_EXTRA: ReadonlyMap<number, readonly number[]> = new Map([
  [0x49, [0x130, 0x131]],
  [0x69, [0x130, 0x131]],
  [0x4b, [0x212a]],
  [0x6b, [0x212a]],
  [0x53, [0x17f]],
  [0x73, [0x17f]],
]);

/** @returns the same set, sorted, without overlaps */
export function mergeRanges(ranges: Ranges): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) {
      last[1] = Math.max(last[1], to);
    } else merged.push([from, to]);
  }
  return merged;
}

/** @returns all other UTF-16 units */
export function complementRanges(ranges: Ranges): Range[] {
  const others: Range[] = [];
  let next = 0;
  for (const [from, to] of mergeRanges(ranges)) {
    if (from > next) others.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST_UNIT) others.push([next, LAST_UNIT]);
  return others;
}

/** @returns the set with the other case of each letter added */
export function foldRanges(ranges: Ranges): Range[] {
  const folded: Range[] = [...ranges];
  for (const [from, to] of ranges) {
    for (let unit = from; unit <= Math.min(to, 0x7f); unit++) {
      addOtherCases(unit, folded);
    }
    if (to - from > FOLD_LIMIT) continue;
    for (let unit = Math.max(from, 0x80); unit <= to; unit++) {
      addOtherCases(unit, folded);
    }
  }
  return mergeRanges(folded);
}

/** @returns whether the set holds the unit */
export function isInRanges(unit: number, ranges: Ranges): boolean {
  for (const range of ranges) {
    if (unit >= range[0] && unit <= range[1]) return true;
  }
  return false;
}

/** @returns the set of one character, in both cases where `ignoreCase` */
export function singleSet(code: number, ignoreCase: boolean): CharSet {
  const ranges: Ranges = [[code, code]];
  return {
    isNegated: false,
    ranges: ignoreCase ? foldRanges(ranges) : ranges,
    letters: "",
  };
}

/** @returns the one code point that the set holds, -1 where there may be others */
export function onlyCodeOf({ isNegated, letters, ranges }: CharSet): number {
  const [only] = ranges;
  const isOne = !isNegated && letters === "" && ranges.length === 1 &&
    only !== undefined && only[0] === only[1];
  return isOne ? only[0] : -1;
}

/** @returns whether the set holds the code point, by Python's Unicode rules */
export function isInSet(code: number, set: CharSet): boolean {
  return set.isNegated !== isListed(code, set);
}

/** @returns whether `\w` takes the code point: a letter, a number or `_` of any script */
export function isWordCode(code: number): boolean {
  return (traitsOf(code) & IS_WORD) !== 0;
}

function traitsOf(code: number): number {
  if (known.length === 0) known = new Uint8Array(LAST_UNIT + 1);
  const found = known[code] ?? 0;
  if (found !== 0) return found;
  const text = String.fromCodePoint(code);
  const traits = IS_KNOWN | (DIGIT.test(text) ? IS_DIGIT : 0) |
    (WORD_CHARACTER.test(text) ? IS_WORD : 0) |
    (isInRanges(code, SPACES) ? IS_SPACE : 0);
  if (code <= LAST_UNIT) known[code] = traits;
  return traits;
}

/** @returns the set's UTF-16 units, with `\d` and `\w` cut down to ASCII: exact for a text that is ASCII */
export function unitRangesOf({ isNegated, ranges, letters }: CharSet): Ranges {
  const all = ranges.filter(([from]) => from <= LAST_UNIT)
    .map(([from, to]): Range => [from, Math.min(to, LAST_UNIT)]);
  for (const letter of letters) all.push(...rangesOfLetter(letter));
  return isNegated ? complementRanges(all) : mergeRanges(all);
}

function rangesOfLetter(letter: string): Ranges {
  const lower = letter.toLowerCase();
  const ranges = lower === "d" ? DIGITS : lower === "w" ? WORD : SPACES;
  return lower === letter ? ranges : complementRanges(ranges);
}

function isListed(code: number, { ranges, letters }: CharSet): boolean {
  if (isInRanges(code, ranges)) return true;
  const traits = letters === "" ? 0 : traitsOf(code);
  for (let i = 0; i < letters.length; i++) {
    if (isOfLetter(traits, letters.charCodeAt(i))) return true;
  }
  return false;
}

/** @param letter code of one of `dDwWsS` */
function isOfLetter(traits: number, letter: number): boolean {
  const lower = letter | 0x20;
  const trait = lower === 0x64 ? IS_DIGIT : lower === 0x77 ? IS_WORD : IS_SPACE;
  return ((traits & trait) !== 0) === (letter === lower);
}

/** @returns JavaScript's source of one character of the set, negated where that is shorter to read */
export function printRanges(ranges: Ranges): string {
  const merged = mergeRanges(ranges);
  const only = merged[0];
  if (only === undefined) return "[]";
  if (merged.length === 1 && only[0] === only[1]) return printUnit(only[0]);
  const last = merged[merged.length - 1];
  const isNegated = last?.[1] === LAST_UNIT;
  const shown = isNegated ? complementRanges(merged) : merged;
  if (shown.length === 0) return "[\\s\\S]";
  return `[${isNegated ? "^" : ""}${shown.map(printRange).join("")}]`;
}

/** @returns JavaScript's source of one unit, valid inside and outside of a class */
export function printUnit(unit: number): string {
  if (unit < 0x20 || (unit >= 0x7f && unit <= 0xa0)) {
    return `\\x${unit.toString(16).padStart(2, "0")}`;
  }
  if (unit > 0xff) return `\\u${unit.toString(16).padStart(4, "0")}`;
  const character = String.fromCharCode(unit);
  return ESCAPED.includes(character) ? `\\${character}` : character;
}

function printRange([from, to]: Range): string {
  if (from === to) return printUnit(from);
  const dash = to === from + 1 ? "" : "-";
  return `${printUnit(from)}${dash}${printUnit(to)}`;
}

function addOtherCases(unit: number, into: Range[]): void {
  const character = String.fromCharCode(unit);
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  for (const other of [lower, upper]) {
    const code = other.charCodeAt(0);
    if (other.length === 1 && code !== unit) into.push([code, code]);
  }
  for (const extra of FOLD_EXTRA.get(unit) ?? []) into.push([extra, extra]);
}
