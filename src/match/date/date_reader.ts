/**
 * Finds the stamp of a line.
 *
 * @module
 */

import { isDigit, isLetter, isWord } from "../ascii_units.ts";
import type { DateFormat } from "../../config/types.ts";
import {
  createDateDetector,
  type DateDetector,
  type DateDetectorOptions,
} from "./date_detector.ts";
import { type LocalTime, StampClock } from "./stamp_clock.ts";
import { createStampFields, skipFraction } from "./stamp_fields.ts";
import {
  COMMON,
  EPOCH,
  ISO8601,
  type StampFormat,
  SYSLOG,
} from "./stamp_formats.ts";
import type { StampHead } from "./stamp_head.ts";

/** Behind so many characters there is only text that somebody wrote. */
const SEARCH_LIMIT = 1024;

/** No stamp is shorter, so one that begins before this place has no other one before it. */
const SHORTEST_STAMP = 10;

const BLANK = 32;
const COLON = 58;

/** Of `Z`, `UTC`, `GMT`, `+01:00`, `-0100`. */
const ZONE_BEGINS = "ZUG+-";

const FORMATS: Readonly<Record<DateFormat, readonly StampFormat[]>> = {
  auto: [SYSLOG, ISO8601, COMMON, EPOCH],
  syslog: [SYSLOG],
  iso8601: [ISO8601],
  common: [COMMON],
  epoch: [EPOCH],
};

/** Where a line stands in a text; `to` is behind its last character. */
export interface LineSpan {
  readonly from: number;
  readonly to: number;
}

/** How dates are told: one of our formats, or fail2ban's pattern and zone. */
export type DateSource =
  | DateFormat
  | Pick<DateDetectorOptions, "datePattern" | "logTimeZone">;

/**
 * What the last line bore: no date; the empty place that a pattern for undated lines finds; a text at a date's place that
 * is no date (30 February); a date.
 */
export type StampState = "none" | "empty" | "unread" | "read";

/**
 * Finds and reads the stamps of one source's lines.
 *
 * The first stamp within the first 1,024 characters counts; it stands between characters that are no letter, digit or
 * `_`. `auto` prefers the format of the line before, and looks for others where that one is not there. Ten digits are a
 * number in most logs, so `auto` takes them for a time only at the line's start, behind `[` there, and behind `audit(`.
 *
 *     Nov 20 19:08:03 box sshd[1]: …                start 0, end 15
 *     192.0.2.7 - - [20/Nov/2026:19:08:03 +0000] …  start 15, end 41
 */
export class DateReader {
  /** Place of the stamp that was found last. */
  start = 0;
  /** Behind it. */
  end = 0;
  /** Whole seconds since 1970. */
  seconds = NaN;
  /** Format of the stamp that was found last, or fail2ban's name of its template. */
  format: string | undefined;
  /** Of the last line; `start` and `end` hold but for `none`. */
  state: StampState = "none";

  readonly #formats: readonly StampFormat[];
  readonly #isAuto: boolean;
  readonly #detector: DateDetector | undefined;
  readonly #clock: StampClock;
  readonly #fields = createStampFields();
  #headText = "";
  #headFormat: StampFormat | undefined;
  #lastFormat: StampFormat | undefined;
  #lastPlace = 0;
  #headEnd = 0;
  #from = 0;
  #to = 0;
  #nowSeconds = 0;

  /**
   * @param localTime turns times without a zone into seconds; default the machine's zone
   * @throws {FilterError} when a date pattern or its zone cannot be used
   */
  constructor(source: DateSource, localTime?: LocalTime) {
    const isPreset = typeof source === "string";
    this.#formats = isPreset ? FORMATS[source] : [];
    this.#isAuto = source === "auto";
    this.#clock = new StampClock(localTime);
    this.#detector = isPreset
      ? undefined
      : createDateDetector({ ...source, localTime });
  }

  /**
   * Looks for a stamp in a line.
   *
   * @returns whether there is one; `start`, `end` and `seconds` then say where and when
   */
  read(text: string, line: LineSpan, nowSeconds: number): boolean {
    const isRead = this.#detector === undefined
      ? this.#readPreset(text, line, nowSeconds)
      : this.#detect(this.#detector, text.slice(line.from, line.to), {
        from: line.from,
        nowSeconds,
      });
    if (isRead) this.state = "read";
    else if (this.#detector === undefined) this.state = "none";
    return isRead;
  }

  /**
   * @param text in which a stamp was found last
   * @returns how lines begin that bear the same, where the line began with it; undefined where that cannot be told
   */
  headOf(text: string): StampHead | undefined {
    const format = this.#lastFormat;
    if (format !== SYSLOG && format !== ISO8601) return undefined;
    const isIso = format === ISO8601;
    const { start, end } = this;
    const fraction = skipFraction(text, this.#headEnd, isIso);
    const behind = isIso
      ? behindIso(text, end, end > fraction)
      : text.charCodeAt(end) === BLANK
      ? end + 1
      : -1;
    if (behind < 0) return undefined;
    const endsBeforeDigit = !isIso;
    if (endsBeforeDigit && isDigit(text.charCodeAt(behind))) return undefined;
    return {
      text: text.slice(start, behind),
      looseFrom: Math.min(this.#headEnd + 1, fraction) - start,
      looseTo: fraction - start,
      endsBeforeDigit,
    };
  }

  #detect(
    detector: DateDetector,
    line: string,
    { from, nowSeconds }: {
      readonly from: number;
      readonly nowSeconds: number;
    },
  ): boolean {
    const hit = detector.detect(line, nowSeconds);
    if (hit === undefined) {
      this.state = "none";
      return false;
    }
    this.start = from + hit.start;
    this.end = from + hit.end;
    if (Number.isNaN(hit.seconds)) {
      this.state = hit.start === hit.end ? "empty" : "unread";
      return false;
    }
    this.seconds = Math.floor(hit.seconds);
    this.format = hit.template;
    return true;
  }

  #readPreset(text: string, line: LineSpan, nowSeconds: number): boolean {
    this.#from = line.from;
    this.#to = Math.min(line.to, line.from + SEARCH_LIMIT);
    this.#nowSeconds = nowSeconds;
    const last = this.#lastFormat;
    if (last === undefined) return this.#search(text, undefined);
    if (this.#lastPlace < SHORTEST_STAMP) {
      const place = this.#from + this.#lastPlace;
      if (place < this.#to && this.#tryAt(text, place, last)) return true;
    }
    return this.#search(text, last) ||
      this.#isAuto && this.#search(text, undefined);
  }

  #search(text: string, wanted: StampFormat | undefined): boolean {
    let before = 0;
    for (let at = this.#from; at < this.#to; at++) {
      const unit = text.charCodeAt(at);
      const isStart = !isWord(before) && isWord(unit);
      before = unit;
      if (!isStart) continue;
      const format = shapeAt(text, at);
      if (format === undefined) continue;
      const isWanted = wanted === undefined
        ? this.#formats.includes(format)
        : format === wanted;
      if (isWanted && this.#tryAt(text, at, format)) return true;
    }
    return false;
  }

  #tryAt(text: string, at: number, format: StampFormat): boolean {
    if (!this.#isPlace(text, at, format)) return false;
    const headEnd = this.#readHead(text, at, format);
    if (headEnd < 0) return false;
    const end = format.tail(text, headEnd, this.#fields);
    if (isWord(text.charCodeAt(end))) return false;
    const seconds = format === EPOCH
      ? this.#fields.epochSeconds
      : this.#clock.toSeconds(this.#fields, this.#nowSeconds);
    if (Number.isNaN(seconds)) return false;
    this.start = at;
    this.end = end;
    this.seconds = seconds;
    this.format = format.name;
    this.#lastFormat = format;
    this.#lastPlace = at - this.#from;
    this.#headEnd = headEnd;
    return true;
  }

  #isPlace(text: string, at: number, format: StampFormat): boolean {
    const from = this.#from;
    if (at > from && isWord(text.charCodeAt(at - 1))) return false;
    return format !== EPOCH || !this.#isAuto || isEpochPlace(text, at, from);
  }

  /** The head's text is compared first: within a second, and often for longer, it is the same as before. */
  #readHead(text: string, at: number, format: StampFormat): number {
    if (format === this.#headFormat && text.startsWith(this.#headText, at)) {
      return at + this.#headText.length;
    }
    this.#headFormat = undefined;
    const end = format.head(text, at, this.#fields);
    if (end >= 0 && format !== EPOCH) {
      this.#headText = text.slice(at, end);
      this.#headFormat = format;
    }
    return end;
  }
}

/** @returns the place behind all that was looked at behind a stamp; -1 where more might be looked at in another line */
function behindIso(text: string, end: number, hasZone: boolean): number {
  const at = text.charCodeAt(end) === BLANK && !hasZone ? end + 1 : end;
  const unit = text.charCodeAt(at);
  // Minutes may follow `+01`.
  const isOver = hasZone ? unit !== COLON : !mayBeginZone(unit);
  return isOver && at < text.length ? at + 1 : -1;
}

/** @returns whether the unit may begin a zone, for all that is known of those behind it */
function mayBeginZone(unit: number): boolean {
  return ZONE_BEGINS.includes(String.fromCharCode(unit));
}

/** @returns the only format that a text which begins like this can have */
function shapeAt(text: string, at: number): StampFormat | undefined {
  if (isLetter(text.charCodeAt(at))) {
    return text.charCodeAt(at + 3) === 32 ? SYSLOG : undefined;
  }
  let length = 0;
  while (length < 14 && isDigit(text.charCodeAt(at + length))) length++;
  switch (length) {
    case 1:
    case 2:
      return COMMON;
    case 4:
      return ISO8601;
    case 10:
    case 13:
      return EPOCH;
  }
  return undefined;
}

function isEpochPlace(text: string, at: number, from: number): boolean {
  if (at === from) return true;
  if (at === from + 1 && text.charCodeAt(from) === 91) return true;
  return at >= from + 6 && text.startsWith("audit(", at - 6);
}
