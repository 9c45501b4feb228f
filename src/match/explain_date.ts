/**
 * Finds the date of a line, and what is left of the line without it.
 *
 * @module
 */

import type { DateFormat } from "../config/types.ts";
import type { LocalTime } from "./date/stamp_clock.ts";
import { LineCutter } from "./line_cutter.ts";

/** The date of a line: `{ text: "Nov 20 19:08:03", format: "syslog", seconds: 1795201683 }`. */
export interface ExplainedDate {
  readonly text: string;
  readonly format: string;
  /** Since 1970. */
  readonly seconds: number;
}

/** How patterns see a line. */
export interface DatedLine {
  /** undefined where the line bears none. */
  readonly date: ExplainedDate | undefined;
  /** The line without its date, as patterns see it. */
  readonly text: string;
}

/** How a date is read. */
export interface DateOptions {
  /** Default `auto`. */
  readonly dateFormat?: DateFormat;
  /** The wall clock, by which a missing year is inferred. */
  readonly nowSeconds: number;
  readonly localTime?: LocalTime | undefined;
}

/** @param line without its newline */
export function explainDate(
  line: string,
  { dateFormat = "auto", nowSeconds, localTime }: DateOptions,
): DatedLine {
  const cutter = new LineCutter(dateFormat, localTime);
  cutter.cut(line, { from: 0, to: line.length }, nowSeconds);
  return { date: dateOf(line, cutter), text: cutter.text.slice(0, -1) };
}

function dateOf(text: string, { isDated, reader }: LineCutter) {
  if (!isDated || reader.format === undefined) return undefined;
  const { start, end, format, seconds } = reader;
  return { text: text.slice(start, end), format, seconds };
}
