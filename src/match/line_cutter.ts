/**
 * A line without its date: what patterns are run on.
 *
 * @module
 */

import type { DateFormat } from "../config/types.ts";
import { DateReader, type LineSpan } from "./date/date_reader.ts";
import type { LocalTime } from "./date/stamp_clock.ts";

/** Takes lines one after another, and tells of the last one. */
export interface Cutter {
  /** The line without its date, ended by one newline. */
  readonly text: string;
  /** Whether the line bore a date. */
  readonly isDated: boolean;
  /** Whether `lastSeconds` is the line's own time. */
  readonly hasTime: boolean;
  /** Seconds of the last date that any line bore; NaN before the first. */
  readonly lastSeconds: number;
  /** @param line a line of `text` without its end */
  cut(text: string, line: LineSpan, nowSeconds: number): void;
  /** Takes a line whose time its source knows; a date in it stays. */
  take(text: string, line: LineSpan, timeSeconds: number): void;
}

/**
 * Cuts the date out of a line, as fail2ban does: what stood before and behind it is put together, blanks and brackets
 * included, and a newline ends it.
 *
 *     192.0.2.7 - - [20/Nov/2026:19:08:03 +0000] "GET / …   →   192.0.2.7 - - [] "GET / …
 *     Nov 20 19:08:03 box sshd[1]: …                        →    box sshd[1]: …
 */
export class LineCutter implements Cutter {
  text = "";
  isDated = false;
  lastSeconds = NaN;
  /** The reader, for the place and format of the last date. */
  readonly reader: DateReader;

  constructor(format: DateFormat, localTime?: LocalTime) {
    this.reader = new DateReader(format, localTime);
  }

  get hasTime(): boolean {
    return this.isDated;
  }

  cut(text: string, line: LineSpan, nowSeconds: number): void {
    const { from, to } = line;
    this.isDated = this.reader.read(text, line, nowSeconds);
    if (!this.isDated) {
      this.text = lineWithNewline(text, from, to);
      return;
    }
    const { start, end } = this.reader;
    this.lastSeconds = this.reader.seconds;
    const rest = lineWithNewline(text, end, to);
    this.text = start === from ? rest : text.slice(from, start) + rest;
  }

  take(text: string, { from, to }: LineSpan, timeSeconds: number): void {
    this.isDated = true;
    this.lastSeconds = timeSeconds;
    this.text = lineWithNewline(text, from, to);
  }
}

/**
 * Cuts a line out of a text. Where the newline follows anyhow, nothing needs to be put together.
 *
 * @returns the line ended by one newline
 */
export function lineWithNewline(
  text: string,
  from: number,
  to: number,
): string {
  return text.charCodeAt(to) === 10
    ? text.slice(from, to + 1)
    : `${text.slice(from, to)}\n`;
}
