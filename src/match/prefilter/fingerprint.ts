/**
 * A fingerprint: what is looked up of the four bytes of a window, six nibbles.
 *
 *     b0 & 15    b1 & 15    b2 & 15    b3 & 15    mix(b0, b1)    mix(b2, b3)
 *
 * The low nibble of a byte tells most of it. What is left of two bytes is mixed into one nibble: lookups are what a scan
 * spends its time with, and fewer windows pass these six in vain than eight of low and high nibbles.
 *
 * @module
 */

import type { EncodedLiteral } from "./literal.ts";

/** Nibbles that the bytes of a window may have, a bit for each: six sets, in the order above. */
export type Fingerprint = readonly number[];

/** Bytes of a window. */
export const FINGERPRINT_BYTES = 4;

/** Lookups for a window. */
export const FINGERPRINT_NIBBLES = 6;

const ANY_NIBBLE = 0xffff;

/** @returns the nibbles of four bytes */
export function nibblesOf(
  first: number,
  second: number,
  third: number,
  fourth: number,
): readonly number[] {
  return [
    ...[first & 15, second & 15, third & 15, fourth & 15],
    ...[mixPair(first, second), mixPair(third, fourth)],
  ];
}

/** As passPair in scan.as does it. */
export function mixPair(first: number, second: number): number {
  return (first >> 3 ^ second >> 4) & 15;
}

/**
 * Tells what the window may look like, letters in either case where it is ignored. A literal that is shorter than its window
 * ends where the window does, and any bytes stand before it.
 */
export function fingerprintOf(literal: EncodedLiteral): Fingerprint {
  const first = literal.windowEnd - FINGERPRINT_BYTES;
  return [
    lowsAt(literal, first),
    lowsAt(literal, first + 1),
    lowsAt(literal, first + 2),
    lowsAt(literal, first + 3),
    mixesAt(literal, first),
    mixesAt(literal, first + 2),
  ];
}

/** Both cases of a letter have the same low nibble. */
function lowsAt({ bytes }: EncodedLiteral, at: number): number {
  return at < 0 ? ANY_NIBBLE : 1 << ((bytes[at] ?? 0) & 15);
}

/** Any byte mixes to any nibble, whatever the other one is. */
function mixesAt({ bytes, fold }: EncodedLiteral, at: number): number {
  if (at < 0) return ANY_NIBBLE;
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  const otherFirst = first ^ (fold[at] ?? 0);
  const otherSecond = second ^ (fold[at + 1] ?? 0);
  return 1 << mixPair(first, second) | 1 << mixPair(first, otherSecond) |
    1 << mixPair(otherFirst, second) | 1 << mixPair(otherFirst, otherSecond);
}
