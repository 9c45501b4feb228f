/**
 * Tells when a line was written.
 *
 * @module
 */

import type { DateFormat } from "../../config/types.ts";
import { DateReader } from "./date_reader.ts";
import type { LocalTime } from "./stamp_clock.ts";

/** @returns whole seconds since 1970, or undefined where the line bears no date */
export type LineDater = (
  line: string | Uint8Array,
  nowSeconds: number,
) => number | undefined;

/** More than the reader searches. */
const BYTES_NEEDED = 1100;

/**
 * Makes a dater for the lines of one source; it remembers where the last date was.
 *
 * @param localTime turns times without a zone into seconds; default the machine's zone
 */
export function createLineDater(
  dateFormat: DateFormat,
  localTime?: LocalTime,
): LineDater {
  const reader = new DateReader(dateFormat, localTime);
  // Dates are ASCII, and one byte for one character cannot fail.
  const decoder = new TextDecoder("latin1");
  return (line, nowSeconds) => {
    const text = typeof line === "string"
      ? line
      : decoder.decode(line.subarray(0, BYTES_NEEDED));
    const isDated = reader.read(text, { from: 0, to: text.length }, nowSeconds);
    return isDated ? reader.seconds : undefined;
  };
}
