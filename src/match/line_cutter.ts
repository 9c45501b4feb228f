/**
 * A line without its date: what patterns are run on.
 *
 * @module
 */

import type { DateFormat } from "../config/types.ts";
import { CutLine } from "./cut_line.ts";
import { DateReader, type LineSpan } from "./date/date_reader.ts";
import type { StampHead } from "./date/stamp_head.ts";
import type { LocalTime } from "./date/stamp_clock.ts";

/** Takes lines one after another, and tells of the last one. */
export interface Cutter {
  /** The line without its date, ended by one newline. */
  readonly text: string;
  /** Where in the text that was handed over the date begins; the line's beginning where none was cut out. */
  readonly cutFrom: number;
  /** Behind it. */
  readonly cutTo: number;
  unitAt(place: number): number;
  /** See `Subject`. */
  readonly source: string;
  readonly offset: number;
  /** Whether the line bore a date. */
  readonly isDated: boolean;
  /** Whether `lastSeconds` is the line's own time. */
  readonly hasTime: boolean;
  /** Seconds of the last date that any line bore; NaN before the first. */
  readonly lastSeconds: number;
  /** @returns how lines begin that bear the stamp which the last line began with; undefined where that cannot be told */
  headOf(text: string): StampHead | undefined;
  /** Cuts a line that begins so. */
  cutAlike(text: string, line: LineSpan): void;
  /** Takes note of lines that begin so, and are not cut. */
  noteAlike(lines: number, nowSeconds: number): void;
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
export class LineCutter extends CutLine implements Cutter {
  isDated = false;
  lastSeconds = NaN;
  /** The reader, for the place and format of the last date. */
  readonly reader: DateReader;

  constructor(format: DateFormat, localTime?: LocalTime) {
    super();
    this.reader = new DateReader(format, localTime);
  }

  get hasTime(): boolean {
    return this.isDated;
  }

  cut(text: string, line: LineSpan, nowSeconds: number): void {
    this.isDated = this.reader.read(text, line, nowSeconds);
    if (!this.isDated) return this.setLine(text, line);
    this.lastSeconds = this.reader.seconds;
    this.setLine(text, line, this.reader);
  }

  headOf(text: string): StampHead | undefined {
    return this.isDated && this.isAtStart
      ? this.reader.headOf(text)
      : undefined;
  }

  noteAlike(): void {
    // The reader keeps no count.
  }

  take(text: string, line: LineSpan, timeSeconds: number): void {
    this.isDated = true;
    this.lastSeconds = timeSeconds;
    this.setLine(text, line);
  }
}
