/**
 * Tells when a line was written.
 *
 * @module
 */

import { DateReader, type DateSource } from "./date_reader.ts";
import type { LocalTime } from "./stamp_clock.ts";

/** @returns whole seconds since 1970, or undefined where the line bears no date */
export type LineDater = (
  line: string | Uint8Array,
  nowSeconds: number,
) => number | undefined;

/** More than the reader searches for one of our formats. */
const BYTES_NEEDED = 1100;

/** The same for a pattern, which may be anywhere. */
const BYTES_OF_PATTERN = 32_768;

/**
 * Makes a dater for the lines of one source; it remembers where the last date was.
 *
 * @param localTime turns times without a zone into seconds; default the machine's zone
 */
export function createLineDater(
  source: DateSource,
  localTime?: LocalTime,
): LineDater {
  const reader = new DateReader(source, localTime);
  const isPreset = typeof source === "string";
  // Our formats are ASCII, and one byte for one character cannot fail; a pattern may hold any letter.
  const decoder = new TextDecoder(isPreset ? "latin1" : "utf-8", {
    ignoreBOM: true,
  });
  const bytesNeeded = isPreset ? BYTES_NEEDED : BYTES_OF_PATTERN;
  return (line, nowSeconds) => {
    const text = typeof line === "string"
      ? line
      : decoder.decode(line.subarray(0, bytesNeeded));
    const isDated = reader.read(text, { from: 0, to: text.length }, nowSeconds);
    return isDated ? reader.seconds : undefined;
  };
}
