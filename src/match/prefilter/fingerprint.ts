/**
 * A fingerprint: what is looked up of the four bytes of a window, six nibbles.
 *
 *     b0 & 15    b1 & 15    b2 & 15    b3 & 15    mix(b0, b1)    mix(b2, b3)
 *
 * The low nibble of a byte tells most of it. What is left of two bytes is mixed into one nibble: lookups are what a scan
 * spends its time with, and six of them take as few windows in vain as eight of low and high nibbles do.
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

/** A byte of a window, in either case where it is ignored; none where the literal is shorter than the window. */
type ByteChoice = readonly number[];

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

/** @returns the fingerprint of a literal's window; a shorter literal ends where its window does, and any bytes stand before it */
export function fingerprintOf(literal: EncodedLiteral): Fingerprint {
  const choices = Array.from(
    { length: FINGERPRINT_BYTES },
    (_, at) => choiceAt(literal, literal.windowEnd - FINGERPRINT_BYTES + at),
  );
  return [
    ...choices.map((bytes) => setOf(bytes, (byte) => byte & 15)),
    ...[0, 2].map((at) => setOfPair(choices[at] ?? [], choices[at + 1] ?? [])),
  ];
}

function choiceAt({ bytes, fold }: EncodedLiteral, at: number): ByteChoice {
  const byte = bytes[at];
  if (byte === undefined) return [];
  return fold[at] === 0 ? [byte] : [byte, byte & ~32];
}

function setOf(
  bytes: ByteChoice,
  nibbleOf: (byte: number) => number,
): number {
  if (bytes.length === 0) return ANY_NIBBLE;
  return bytes.reduce((set, byte) => set | 1 << nibbleOf(byte), 0);
}

/** Any byte makes any nibble, whatever the other one is. */
function setOfPair(firsts: ByteChoice, seconds: ByteChoice): number {
  if (firsts.length === 0) return ANY_NIBBLE;
  return firsts.reduce(
    (set, first) => set | setOf(seconds, (second) => mixPair(first, second)),
    0,
  );
}
