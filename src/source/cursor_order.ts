/**
 * The order of places in the journal.
 *
 * @module
 */

import type { Cursor } from "./types.ts";

/**
 * Compares two cursors: `s=73a6…;i=5d1;b=c83c…;m=109e914c2;t=66129f0558a8e;x=601d…`.
 *
 * Within one sequence (`s`) the number (`i`) tells. Between sequences it is the time since the machine's start (`m`), within
 * one boot (`b`), and else the time of day (`t`), which may have been set back. journald begins a sequence when it moves the
 * journal from /run to /var: the entries are there a second time then, with their old times and numbers.
 *
 * @returns whether `cursor` is behind `other`; true where one of them cannot be read
 */
export function isAfter(cursor: string, other: string): boolean {
  const sequence = cursor.slice(0, cursor.indexOf(";") + 1);
  // Nearly always: nothing else need be looked at.
  if (other.startsWith(sequence)) return compare("i", cursor, other) > 0;
  const isSameBoot = read(cursor, "b") === read(other, "b");
  const order = compare(isSameBoot ? "m" : "t", cursor, other);
  return (order === 0 ? compare("i", cursor, other) : order) > 0;
}

/** @returns the place with the time that its cursor has */
export function toCursor(cursor: string): Cursor {
  const timeSeconds = parseInt(read(cursor, "t"), 16) / 1e6;
  return { cursor, timeSeconds: timeSeconds > 0 ? timeSeconds : 0 };
}

/** @returns below 0, 0 or above 0 */
function compare(key: string, cursor: string, other: string): number {
  const one = read(cursor, key);
  const two = read(other, key);
  if (one === two) return one === "" ? 1 : 0;
  if (one === "" || two === "") return 1;
  return one.length === two.length
    ? (one < two ? -1 : 1)
    : one.length - two.length;
}

/** @returns a hexadecimal number without leading zeros, or an empty text */
function read(cursor: string, key: string): string {
  const mark = `${key}=`;
  const found = cursor.indexOf(`;${mark}`);
  if (found < 0 && !cursor.startsWith(mark)) return "";
  const begin = found < 0 ? mark.length : found + 1 + mark.length;
  const end = cursor.indexOf(";", begin);
  return cursor.slice(begin, end < 0 ? cursor.length : end);
}
