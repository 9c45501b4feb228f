/**
 * A line without its date, found as fail2ban finds it.
 *
 * @module
 */

import {
  createDateDetector,
  type DateDetector,
  type DateDetectorOptions,
} from "./date/date_detector.ts";
import type { LineSpan } from "./date/date_reader.ts";
import type { StampHead } from "./date/stamp_head.ts";
import { CutLine } from "./cut_line.ts";
import type { Cutter } from "./line_cutter.ts";

/** As long as this, the last date stands for those that cannot be read. */
const RECENT_SECONDS = 60;

/** Cuts dates out by a date pattern in fail2ban's language. */
export class ExactCutter extends CutLine implements Cutter {
  isDated = false;
  hasTime = false;
  lastSeconds = NaN;
  readonly #detector: DateDetector;
  /** Of the last date that was read. */
  #knownSeconds = NaN;

  /** @throws {FilterError} when the date pattern or the zone cannot be used */
  constructor(options: DateDetectorOptions) {
    super();
    this.#detector = createDateDetector(options);
  }

  cut(text: string, line: LineSpan, nowSeconds: number): void {
    const { from, to } = line;
    const hit = this.#detector.detect(text.slice(from, to), nowSeconds);
    const isRecent = this.#knownSeconds > nowSeconds - RECENT_SECONDS;
    const isEmpty = hit !== undefined && hit.start === hit.end;
    const isRead = hit !== undefined && !Number.isNaN(hit.seconds);
    if (isRead) this.#knownSeconds = hit.seconds;
    this.isDated = isEmpty || isRead;
    this.hasTime = isRead;
    // A pattern that matches nothing says that such lines bear no date: they are as old as the line before, or new.
    this.lastSeconds = isEmpty && !isRecent ? nowSeconds : this.#knownSeconds;
    const keepsAll = hit === undefined || isEmpty || !isRead && isRecent;
    this.setLine(
      text,
      line,
      keepsAll ? undefined : { start: from + hit.start, end: from + hit.end },
    );
  }

  headOf(): StampHead | undefined {
    return this.hasTime && this.isAtStart ? this.#detector.head : undefined;
  }

  noteAlike(lines: number, nowSeconds: number): void {
    this.#detector.noteAlike(lines, nowSeconds);
  }

  take(text: string, line: LineSpan, timeSeconds: number): void {
    this.isDated = this.hasTime = true;
    this.lastSeconds = this.#knownSeconds = timeSeconds;
    this.setLine(text, line);
  }
}
