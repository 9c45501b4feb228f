/**
 * Finds where to begin in a file that was there before us, reading a few blocks of it however long it is.
 *
 * @module
 */

import type { ReadAt } from "./read_at.ts";

const NEWLINE = 10;

/** Bytes read at a time. */
const BLOCK_BYTES = 16 * 1024;

/** How far a probe looks for a dated line before it gives up. */
const PROBE_BYTES = 256 * 1024;

/** Below this distance the search reads line by line. */
const LINEAR_BYTES = 64 * 1024;

/**
 * Says whether a line (without its newline) is recent: true or false by its date, undefined when it bears none.
 *
 * The bytes are valid only during the call.
 */
export type IsRecent = (line: Uint8Array) => boolean | undefined;

/** A file to search: how to read it, and how long it was when the search began. */
export interface Searchable {
  /** Reads a block of it. */
  readonly readAt: ReadAt;
  /** Bytes. */
  readonly size: number;
}

/** The first dated line that a probe met. */
interface DatedLine {
  readonly start: number;
  readonly isRecent: boolean;
}

/**
 * Finds the first recent line by bisection, since logs are in order of time.
 *
 * Undated lines are passed over. Where a whole probe holds none that is dated, the search turns towards the beginning and
 * falls back to that place: rather old lines read than recent ones missed.
 *
 * @returns the offset of the first recent line; the end, as `findLastLine` has it, when none is recent or none is dated
 */
export function seekByTime(file: Searchable, isRecent: IsRecent): number {
  let low = 0;
  let high = file.size;
  let fallback: number | undefined;
  let sawDate = false;
  while (high - low > LINEAR_BYTES) {
    const middle = low + Math.floor((high - low) / 2);
    const dated = findDated(file, { from: middle, isRecent });
    sawDate ||= dated !== undefined;
    if (dated?.isRecent === false) {
      low = dated.start;
    } else {
      fallback = dated?.start ?? middle;
      high = middle;
    }
  }
  const found = findRecent(file, { from: low, to: high, isRecent });
  if (found !== undefined) return found;
  if (sawDate && fallback !== undefined) return findNextLine(file, fallback);
  return findLastLine(file);
}

/**
 * Finds the end of the last whole line.
 *
 * @returns the offset behind the last newline, so that a line whose second half is still to be written comes out whole;
 *   the size itself when that line is longer than a probe
 */
export function findLastLine({ readAt, size }: Searchable): number {
  const block = new Uint8Array(Math.min(size, BLOCK_BYTES));
  const limit = Math.max(0, size - PROBE_BYTES);
  for (let end = size; end > limit;) {
    const start = Math.max(limit, end - block.length);
    const read = readAt(block.subarray(0, end - start), start);
    const newline = block.subarray(0, read).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return limit === 0 ? 0 : size;
}

/** The first line that begins at or after `from`; `from` itself when the search for a newline takes too long. */
function findNextLine(file: Searchable, from: number): number {
  if (from === 0) return 0;
  let found = from;
  const previous = from - 1;
  forEachLine(file, { from: previous, to: from + PROBE_BYTES }, (line) => {
    found = previous + line.length + 1;
    return false;
  });
  return found;
}

/** The first dated line that begins behind the first newline at or after `from`. */
function findDated(
  file: Searchable,
  { from, isRecent }: { from: number; isRecent: IsRecent },
): DatedLine | undefined {
  let dated: DatedLine | undefined;
  let isTorn = true;
  forEachLine(file, { from, to: from + PROBE_BYTES }, (line, start) => {
    const answer = isTorn ? undefined : isRecent(line);
    isTorn = false;
    if (answer !== undefined) dated = { start, isRecent: answer };
    return answer === undefined;
  });
  return dated;
}

/** The first recent line that begins in [from, to]; `from` begins a line. */
function findRecent(
  file: Searchable,
  { from, to, isRecent }: { from: number; to: number; isRecent: IsRecent },
): number | undefined {
  let found: number | undefined;
  forEachLine(file, { from, to: to + PROBE_BYTES }, (line, start) => {
    if (start > to) return false;
    if (isRecent(line) === true) found = start;
    return found === undefined;
  });
  return found;
}

/** Visits whole lines in [from, to) until `visit` says false; a line longer than a probe ends it too. */
function forEachLine(
  { readAt, size }: Searchable,
  { from, to }: { from: number; to: number },
  visit: (line: Uint8Array, start: number) => boolean,
): void {
  const end = Math.min(to, size);
  let block = new Uint8Array(BLOCK_BYTES);
  for (let offset = from; offset < end;) {
    const read = readAt(block, offset);
    const bytes = block.subarray(0, Math.min(read, end - offset));
    let at = 0;
    for (
      let next = bytes.indexOf(NEWLINE);
      next >= 0;
      next = bytes.indexOf(NEWLINE, at)
    ) {
      if (!visit(bytes.subarray(at, next), offset + at)) return;
      at = next + 1;
    }
    offset += at;
    if (at > 0) continue;
    if (read < block.length || block.length >= PROBE_BYTES) return;
    block = new Uint8Array(block.length * 2);
  }
}
