/**
 * Fingerprints: which bytes may stand at the three places of a window, for up to sixteen buckets of literals at once.
 *
 * A byte passes a bucket where its low nibble and its high nibble do, so a bucket of several literals also takes mixtures
 * of them; what passes is compared. Therefore literals that look alike share a bucket.
 *
 * @module
 */

import { type EncodedLiteral, nibblesOf } from "./literal.ts";
import type { Nibbles, WindowOdds } from "./window_odds.ts";

/** Bytes of a fingerprint. */
export const FINGERPRINT_BYTES = 3;

/** Buckets that one pass of shuffles tells apart. */
export const BUCKETS_A_PASS = 8;

/** Low and high nibbles of three bytes in two passes, sixteen bytes each. */
export const MASK_BYTES = 2 * 2 * FINGERPRINT_BYTES * 16;

/** What a place that passes costs before anything is compared, and each comparison then; nanoseconds. */
const PASS_NS = 100;
const COMPARISON_NS = 20;

/** Literals in their buckets. */
export interface FilledBuckets {
  /** Indexes of the literals of each bucket. */
  readonly groups: readonly (readonly number[])[];
  /** Nanoseconds that are spent on what passes, for each byte of the log. */
  readonly cost: number;
}

/** A literal by its index. */
interface Member {
  readonly index: number;
  readonly nibbles: Nibbles;
}

/** Literals that share a bit. */
interface Bucket {
  readonly members: readonly Member[];
  readonly cost: number;
}

/**
 * Puts literals into buckets: those whose mixtures come least often share one.
 *
 * @param literals with windows of three bytes
 */
export function fillBuckets(
  literals: readonly EncodedLiteral[],
  most: number,
  odds: WindowOdds,
): FilledBuckets {
  // What comes often gets a bucket of its own, as long as there are any.
  const alone = literals
    .map((literal, index) => ({ index, nibbles: nibblesOf(literal) }))
    .map((member) => createBucket([member], odds))
    .toSorted((a, b) => b.cost - a.cost);
  const buckets = alone.splice(0, most);
  const others = alone.flatMap(({ members }) => members);
  for (const member of others) putIn(member, buckets, odds);
  // Once more, now that it is known who is where; a third time brings nothing.
  for (const member of others) {
    takeOut(member, buckets, odds);
    putIn(member, buckets, odds);
  }
  return {
    groups: buckets.map(({ members }) => members.map(({ index }) => index)),
    cost: buckets.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/**
 * Writes the shuffles' tables.
 *
 * @param masks MASK_BYTES of them; whatever they hold
 */
export function writeMasks(
  buckets: readonly (readonly number[])[],
  literals: readonly EncodedLiteral[],
  masks: Uint8Array,
): void {
  masks.fill(0);
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

/** Puts a literal where it adds the least. */
function putIn(member: Member, buckets: Bucket[], odds: WindowOdds): void {
  let least = Infinity;
  let best: readonly [number, Bucket] | undefined;
  for (const [at, bucket] of buckets.entries()) {
    const joined = createBucket([...bucket.members, member], odds);
    if (joined.cost - bucket.cost >= least) continue;
    least = joined.cost - bucket.cost;
    best = [at, joined];
  }
  if (best !== undefined) buckets[best[0]] = best[1];
}

/** Takes a literal out of its bucket; the one that has been there from the beginning stays. */
function takeOut(member: Member, buckets: Bucket[], odds: WindowOdds): void {
  const at = buckets.findIndex(({ members }) => members.includes(member));
  const rest = buckets[at]?.members.filter((it) => it !== member) ?? [];
  buckets[at] = createBucket(rest, odds);
}

function createBucket(members: readonly Member[], odds: WindowOdds): Bucket {
  const nibbles =
    members[0]?.nibbles.map((_, table) =>
      members.reduce((set, member) => set | (member.nibbles[table] ?? 0), 0)
    ) ?? [];
  const ns = PASS_NS + COMPARISON_NS * members.length;
  return { members, cost: odds(nibbles) * ns };
}
