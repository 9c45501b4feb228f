/**
 * How often a log holds a window, so that the rarest part of a literal is searched for.
 *
 * @module
 */

import { type Fingerprint, FINGERPRINT_BYTES } from "./fingerprint.ts";

/** How often windows of such a fingerprint come: the share of a log's places, about. */
export type WindowOdds = (fingerprint: Fingerprint) => number;

/** How often each nibble comes, wherever it stands. */
export interface NibbleShares {
  /** Of the low nibbles of bytes. */
  readonly low: Float64Array;
  /** Of what two bytes mix to. */
  readonly mixed: Float64Array;
}

/** @returns how often the fingerprint comes, as if no nibble depended on another one */
export function multiplyShares(
  { low, mixed }: NibbleShares,
  fingerprint: Fingerprint,
): number {
  let odds = 1;
  for (let table = 0; table < fingerprint.length; table++) {
    const shares = table < FINGERPRINT_BYTES ? low : mixed;
    let sum = 0;
    for (let rest = fingerprint[table] ?? 0; rest !== 0; rest &= rest - 1) {
      sum += shares[lowestBit(rest)] ?? 0;
    }
    odds *= sum;
  }
  return odds;
}

/** @returns the index of the lowest bit that is set */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** Adds to what is at an index. */
export function add(sums: Float64Array, at: number, more: number): void {
  sums[at] = (sums[at] ?? 0) + more;
}
