/**
 * Fingerprints: which bytes may stand at the three places of a window, for up to sixteen buckets of literals at once.
 *
 * A byte passes a bucket where its low nibble and its high nibble do, so a bucket of several literals also takes mixtures
 * of them; what passes is compared. Therefore literals that look alike share a bucket.
 *
 * @module
 */

import type { EncodedLiteral } from "./literal.ts";

/** Bytes of a fingerprint. */
export const FINGERPRINT_BYTES = 3;

/** Buckets that one pass of shuffles tells apart. */
export const BUCKETS_A_PASS = 8;

/** Low and high nibbles of three bytes in two passes, sixteen bytes each. */
export const MASK_BYTES = 2 * 2 * FINGERPRINT_BYTES * 16;

/** Literals of a bucket, by their indexes, and the nibbles that its bytes have. */
interface Bucket {
  readonly members: readonly number[];
  /** Bit n: nibble n is taken; low and high of the first byte, of the second, of the third. */
  readonly nibbles: readonly number[];
  /** How many windows pass. */
  readonly size: number;
}

/**
 * Puts literals into buckets.
 *
 * @param literals with windows of three bytes
 * @returns indexes of the literals of each bucket
 */
export function fillBuckets(
  literals: readonly EncodedLiteral[],
  most: number,
): readonly (readonly number[])[] {
  const buckets = literals.map((literal, index): Bucket => {
    const alone = { members: [index], nibbles: nibblesOf(literal), size: 0 };
    return { ...alone, size: sizeOfBoth(alone, alone) };
  });
  while (buckets.length > most) mergeTwo(buckets);
  return buckets.map(({ members }) => members);
}

/**
 * Writes the shuffles' tables.
 *
 * @param masks MASK_BYTES zeros
 */
export function writeMasks(
  buckets: readonly (readonly number[])[],
  literals: readonly EncodedLiteral[],
  masks: Uint8Array,
): void {
  for (const [bucket, members] of buckets.entries()) {
    const pass = Math.floor(bucket / BUCKETS_A_PASS);
    const bit = 1 << bucket % BUCKETS_A_PASS;
    for (const member of members) {
      const literal = literals[member];
      if (literal === undefined) continue;
      nibblesOf(literal).forEach((nibbles, table) => {
        const at = (pass * 2 * FINGERPRINT_BYTES + table) * 16;
        for (let nibble = 0; nibble < 16; nibble++) {
          if ((nibbles >> nibble & 1) !== 0) {
            masks[at + nibble] = (masks[at + nibble] ?? 0) | bit;
          }
        }
      });
    }
  }
}

/** Joins the two buckets that together take the least more than they did apart. */
function mergeTwo(buckets: Bucket[]): void {
  let best = Infinity;
  let [left, right] = [0, 1];
  for (const [i, a] of buckets.entries()) {
    for (let j = i + 1; j < buckets.length; j++) {
      const b = buckets[j];
      if (b === undefined) continue;
      const more = sizeOfBoth(a, b) - a.size - b.size;
      if (more < best) [best, left, right] = [more, i, j];
    }
  }
  const [a, b] = [buckets[left], buckets[right]];
  if (a === undefined || b === undefined) return;
  buckets[left] = {
    members: [...a.members, ...b.members],
    nibbles: a.nibbles.map((set, table) => set | (b.nibbles[table] ?? 0)),
    size: sizeOfBoth(a, b),
  };
  buckets.splice(right, 1);
}

/** How many windows pass. */
function sizeOfBoth({ nibbles: a }: Bucket, { nibbles: b }: Bucket): number {
  let size = 1;
  for (let table = 0; table < a.length; table++) {
    size *= countBits((a[table] ?? 0) | (b[table] ?? 0));
  }
  return size;
}

/** Of sixteen bits, by pairs, fours and eights. */
function countBits(set: number): number {
  const pairs = set - (set >> 1 & 0x5555);
  const fours = (pairs & 0x3333) + (pairs >> 2 & 0x3333);
  const eights = fours + (fours >> 4) & 0x0f0f;
  return (eights + (eights >> 8)) & 31;
}

function nibblesOf(
  { bytes, fold, windowStart, windowEnd }: EncodedLiteral,
): readonly number[] {
  const nibbles: number[] = [];
  for (let at = windowStart; at < windowEnd; at++) {
    const byte = bytes[at] ?? 0;
    const capital = byte & ~(fold[at] ?? 0);
    nibbles.push(1 << (byte & 15), 1 << (byte >> 4) | 1 << (capital >> 4));
  }
  return nibbles;
}
