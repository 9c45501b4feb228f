/**
 * A bucket's windows as scan.as compares with them, four at once.
 *
 *     mask × 4 | value × 4 | u32 record × 4
 *
 * @module
 */

import { FINGERPRINT_BYTES } from "./fingerprint.ts";
import type { EncodedLiteral } from "./literal.ts";

/** Windows that are compared at once. */
const WINDOWS = 4;

/** Bytes of four windows. */
const QUAD_BYTES = 3 * 4 * WINDOWS;

/** No window is like this. */
const NOTHING = { mask: 0, value: 1 };

/** A literal and where its record is. */
export interface Placed {
  readonly literal: EncodedLiteral;
  readonly record: number;
}

/** @returns how many bytes the windows of so many literals take at most, however they are spread over buckets */
export function mostQuadBytes(
  literalCount: number,
  bucketCount: number,
): number {
  return (Math.floor(literalCount / WINDOWS) + bucketCount) * QUAD_BYTES;
}

/**
 * Writes the windows of one bucket.
 *
 * @param at place in the memory, a multiple of 16
 * @returns the place behind them
 */
export function writeQuads(
  members: readonly Placed[],
  memory: ArrayBuffer,
  at: number,
): number {
  const quads = Math.ceil(members.length / WINDOWS);
  const words = new Uint32Array(memory, at, quads * QUAD_BYTES / 4);
  for (let index = 0; index < quads * WINDOWS; index++) {
    const member = members[index];
    const quad = 3 * WINDOWS * Math.floor(index / WINDOWS) + index % WINDOWS;
    const { mask, value } = member === undefined
      ? NOTHING
      : windowOf(member.literal);
    words[quad] = mask;
    words[quad + WINDOWS] = value;
    words[quad + 2 * WINDOWS] = member?.record ?? 0;
  }
  return at + quads * QUAD_BYTES;
}

/** The window as the number that its bytes make in memory. */
function windowOf({ bytes, fold, windowEnd }: EncodedLiteral) {
  let mask = 0;
  let value = 0;
  for (let at = windowEnd - 1; at >= windowEnd - FINGERPRINT_BYTES; at--) {
    const byte = bytes[at];
    const byteMask = byte === undefined ? 0 : 255 & ~(fold[at] ?? 0);
    mask = mask << 8 | byteMask;
    value = value << 8 | (byte ?? 0) & byteMask;
  }
  return { mask, value };
}
