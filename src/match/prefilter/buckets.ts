/**
 * Buckets of literals, whose fingerprints are looked up together.
 *
 * A window passes a bucket where each of its nibbles does, so a bucket of several literals also takes mixtures of them; what
 * passes is compared. Therefore literals that look alike share a bucket.
 *
 * @module
 */

import {
  type Fingerprint,
  FINGERPRINT_NIBBLES,
  fingerprintOf,
} from "./fingerprint.ts";
import type { EncodedLiteral } from "./literal.ts";
import type { WindowOdds } from "./window_odds.ts";

/** A shuffle tells so many apart, a bit of a byte for each. */
export const BUCKET_COUNT = 8;

/** Sixteen bytes for each nibble of a fingerprint. */
export const MASK_BYTES = 16 * FINGERPRINT_NIBBLES;

/** What a window that passes costs before it is compared, and each literal of its bucket then; nanoseconds, as measured. */
const PASS_NS = 8;
const COMPARISON_NS = 0.06;

/** A literal by its index. */
interface Member {
  readonly index: number;
  readonly fingerprint: Fingerprint;
}

/** Literals that share a bit. */
interface Bucket {
  readonly members: readonly Member[];
  /** What passes. */
  readonly fingerprint: Fingerprint;
  readonly cost: number;
}

const NO_NIBBLES: Fingerprint = new Array(FINGERPRINT_NIBBLES).fill(0);

/**
 * Puts literals into buckets: those whose mixtures come least often share one.
 *
 * @returns indexes of the literals of each bucket
 */
export function fillBuckets(
  literals: readonly EncodedLiteral[],
  odds: WindowOdds,
): readonly (readonly number[])[] {
  // What comes often gets a bucket of its own, as long as there are any.
  const alone = literals
    .map((literal, index) => ({ index, fingerprint: fingerprintOf(literal) }))
    .map((member) => createBucket([member], member.fingerprint, odds))
    .toSorted((a, b) => b.cost - a.cost);
  const buckets = alone.splice(0, BUCKET_COUNT);
  const others = alone.flatMap(({ members }) => members);
  for (const member of others) putIn(member, buckets, odds);
  // Once more, now that it is known who is where; a third time brings nothing.
  for (const member of others) {
    takeOut(member, buckets, odds);
    putIn(member, buckets, odds);
  }
  return buckets.map(({ members }) => members.map(({ index }) => index));
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
    for (const member of members) {
      const literal = literals[member];
      if (literal === undefined) continue;
      fingerprintOf(literal).forEach((nibbles, table) => {
        for (let nibble = 0; nibble < 16; nibble++) {
          const at = 16 * table + nibble;
          if ((nibbles >> nibble & 1) === 0) continue;
          masks[at] = (masks[at] ?? 0) | 1 << bucket;
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
    const joined = createBucket(
      [...bucket.members, member],
      either(bucket.fingerprint, member.fingerprint),
      odds,
    );
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
  const fingerprint = rest.reduce(
    (all, { fingerprint }) => either(all, fingerprint),
    NO_NIBBLES,
  );
  buckets[at] = createBucket(rest, fingerprint, odds);
}

function createBucket(
  members: readonly Member[],
  fingerprint: Fingerprint,
  odds: WindowOdds,
): Bucket {
  const ns = PASS_NS + COMPARISON_NS * members.length;
  return { members, fingerprint, cost: odds(fingerprint) * ns };
}

/** Passes what one of the two passes, and mixtures. */
function either(one: Fingerprint, other: Fingerprint): Fingerprint {
  return one.map((nibbles, table) => nibbles | (other[table] ?? 0));
}
