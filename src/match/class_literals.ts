/**
 * A class of a few characters as alternatives.
 *
 * @module
 */

import { type CharSet, isInRanges, type Ranges } from "./char_class.ts";
import type { LiteralSet } from "./literal_sets.ts";

/** A class of more is no help. */
const MOST_ALTERNATIVES = 4;

const LAST_UNIT = 0xffff;

/** Beyond ASCII, and yet another case of `i`, `k` and `s`: what stands for all cases of those is more than two letters. */
const OTHER_CASES: readonly number[] = [0x130, 0x131, 0x17f, 0x212a];

/**
 * The end of a line is cut off and put on again, so it is no part of a literal. U+FFFD stands for bytes that are no UTF-8,
 * and half a surrogate pair has no bytes at all.
 */
const WITHOUT_BYTES: Ranges = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0xd800, 0xdfff],
  [0xfffd, 0xfffd],
];

/**
 * Lists what one character may be.
 *
 *     [ab]   →   a, b
 *     [Aa]   →   a, ignoring case
 *     [Kk\u212a]  →   undefined: the Kelvin sign too is a k without regard to case
 *
 * @returns undefined where it may be too much, or something that is no UTF-16 unit or has no bytes of its own
 */
export function literalsOfSet(set: CharSet): LiteralSet | undefined {
  const units = listUnits(set);
  if (units === undefined) return undefined;
  const isUsable = units.every((unit) =>
    hasOwnBytes(unit) &&
    (units.length === 1 || !OTHER_CASES.includes(unit))
  );
  if (!isUsable) return undefined;
  const literals = units.filter((unit) =>
    !(isCapital(unit) && units.includes(unit | 32))
  ).map((unit) => ({
    text: String.fromCharCode(unit),
    ignoresCase: isSmall(unit) && units.includes(unit & ~32),
  }));
  return literals.length <= MOST_ALTERNATIVES ? literals : undefined;
}

/** @returns whether the code is a UTF-16 unit that stands in the bytes of a line as itself */
export function hasOwnBytes(code: number): boolean {
  return code >= 0 && code <= LAST_UNIT && !isInRanges(code, WITHOUT_BYTES);
}

/** Each letter may come twice; `\d` alone is too much. */
function listUnits(
  { isNegated, letters, ranges }: CharSet,
): readonly number[] | undefined {
  if (isNegated || letters !== "") return undefined;
  const units = new Set<number>();
  for (const [from, to] of ranges) {
    const isTooMuch = to > LAST_UNIT || to - from >= 2 * MOST_ALTERNATIVES;
    if (isTooMuch) return undefined;
    for (let unit = from; unit <= to; unit++) units.add(unit);
  }
  return units.size === 0 ? undefined : [...units].sort((a, b) => a - b);
}

function isCapital(unit: number): boolean {
  return unit >= 65 && unit <= 90;
}

function isSmall(unit: number): boolean {
  return unit >= 97 && unit <= 122;
}
