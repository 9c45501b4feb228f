/**
 * Values as they stand in rows.
 *
 * @module
 */

import type { StoredBan } from "../track/types.ts";
import { toHostBytes } from "./host_bytes.ts";

/** @returns an end as it is stored: null is for ever */
export function toEnd(endSeconds: number): number | null {
  return endSeconds === Infinity ? null : endSeconds;
}

/** @returns when an end that was stored is */
export function fromEnd(value: unknown): number {
  return value === null ? Infinity : Number(value);
}

/** Values of the columns jail, host, start, end, count, failures. @param jail its number */
export function toBanValues(
  { host, startSeconds, endSeconds, count, failures }: StoredBan,
  jail: number,
): [number, Uint8Array, number, number | null, number, number] {
  const end = toEnd(endSeconds);
  return [jail, toHostBytes(host), startSeconds, end, count, failures];
}

/** @returns times as bytes, without a copy */
export function toTimesBytes(
  { buffer, byteOffset, byteLength }: Uint32Array,
): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** @returns the times of a row, or undefined for what is none */
export function fromTimesBytes(value: unknown): Uint32Array | undefined {
  if (!(value instanceof Uint8Array) || value.length % 4 !== 0) {
    return undefined;
  }
  return new Uint32Array(value.slice().buffer);
}
