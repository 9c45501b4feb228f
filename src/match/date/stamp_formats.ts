/**
 * The formats of stamps: hand-written scanners, each in two halves.
 *
 * The head is what changes once a second at most, so its text can be remembered; the tail is what may follow it (a
 * fraction, a zone, a year) and is read each time.
 *
 * @module
 */

import { isDigit, isWord } from "../ascii_units.ts";
import {
  fourDigits,
  isCalendarDay,
  isWeekdayAt,
  monthAt,
  readDay,
  readTime,
  readZone,
  skipFraction,
  type StampFields,
  twoDigits,
} from "./stamp_fields.ts";

/** Reads one half of a stamp at a place. @returns the place behind, or -1 where there is no such thing */
export type StampReader = (
  text: string,
  at: number,
  fields: StampFields,
) => number;

/** One format. */
export interface StampFormat {
  readonly name: "syslog" | "iso8601" | "epoch" | "common";
  readonly head: StampReader;
  readonly tail: StampReader;
}

const BLANK = 32;
const COLON = 58;
const OLDEST_YEAR = 1970;

/** `Nov 20 19:08:03`, `Fri Nov 20 19:08:03.123456 2026`, `Nov 20 2026 19:08:03`. */
export const SYSLOG: StampFormat = {
  name: "syslog",
  head: readSyslogHead,
  tail: readSyslogTail,
};

/** `2026-11-20T19:08:03.123456+01:00`, `2026-11-20 19:08:03,123`, `2026/11/20 19:08:03`. */
export const ISO8601: StampFormat = {
  name: "iso8601",
  head: readIsoHead,
  tail: (text, at, fields) =>
    readZone(text, skipFraction(text, at, true), fields),
};

/** `20/Nov/2026:19:08:03 +0000`. */
export const COMMON: StampFormat = {
  name: "common",
  head: readCommonHead,
  tail: (text, at, fields) =>
    readZone(text, skipFraction(text, at, false), fields),
};

/** `1763665683`, `1763665683.123`, `1763665683123` (milliseconds). */
export const EPOCH: StampFormat = {
  name: "epoch",
  head: readEpoch,
  tail: (_text, at) => at,
};

function readSyslogHead(text: string, at: number, fields: StampFields) {
  const hasWeekday = isWeekdayAt(text, at) && text.charCodeAt(at + 3) === BLANK;
  const monthPlace = hasWeekday ? at + 4 : at;
  fields.month = monthAt(text, monthPlace);
  if (fields.month === 0 || text.charCodeAt(monthPlace + 3) !== BLANK) {
    return -1;
  }
  const dayEnd = readDay(text, monthPlace + 4, fields);
  if (dayEnd < 0 || text.charCodeAt(dayEnd) !== BLANK) return -1;
  if (!isCalendarDay(fields.month, fields.day)) return -1;
  const year = yearAt(text, dayEnd + 1);
  const hasYear = year > 0 && text.charCodeAt(dayEnd + 5) === BLANK;
  fields.headYear = hasYear ? year : 0;
  return readTime(text, hasYear ? dayEnd + 6 : dayEnd + 1, fields);
}

/**
 * A year follows only where it can be nothing else: the next field of a syslog line is a host, which may be
 * `2001:db8::1`.
 */
function readSyslogTail(text: string, at: number, fields: StampFields): number {
  fields.zoneMinutes = NaN;
  fields.year = fields.headYear;
  const end = skipFraction(text, at, false);
  const year = text.charCodeAt(end) === BLANK ? yearAt(text, end + 1) : -1;
  if (year < 0 || fields.headYear > 0) return end;
  const behind = text.charCodeAt(end + 5);
  const isColon = behind === COLON && text.charCodeAt(end + 6) === BLANK;
  const isEnd = Number.isNaN(behind) || behind === BLANK || behind === 93 ||
    behind === 10 || behind === 13;
  if (!isColon && !isEnd) return end;
  fields.year = year;
  return end + 5;
}

function readIsoHead(text: string, at: number, fields: StampFields): number {
  fields.year = yearAt(text, at);
  const separator = text.charCodeAt(at + 4);
  const isSeparated = (separator >= 45 && separator <= 47) &&
    separator === text.charCodeAt(at + 7);
  if (fields.year < 0 || !isSeparated) return -1;
  fields.month = twoDigits(text, at + 5);
  fields.day = twoDigits(text, at + 8);
  if (!isCalendarDay(fields.month, fields.day)) return -1;
  const between = text.charCodeAt(at + 10);
  if (between !== BLANK && between !== 84) return -1;
  const isWide = between === BLANK && text.charCodeAt(at + 11) === BLANK;
  return readTime(text, isWide ? at + 12 : at + 11, fields);
}

function readCommonHead(text: string, at: number, fields: StampFields): number {
  if (!isDigit(text.charCodeAt(at))) return -1;
  const dayEnd = readDay(text, at, fields);
  const separator = text.charCodeAt(dayEnd);
  const isSeparated = (separator === 47 || separator === 45) &&
    separator === text.charCodeAt(dayEnd + 4);
  if (dayEnd < 0 || !isSeparated) return -1;
  fields.month = monthAt(text, dayEnd + 1);
  fields.year = yearAt(text, dayEnd + 5);
  if (fields.year < 0 || !isCalendarDay(fields.month, fields.day)) return -1;
  const between = text.charCodeAt(dayEnd + 9);
  if (between !== COLON && between !== BLANK) return -1;
  return readTime(text, dayEnd + 10, fields);
}

/** Ten digits are seconds until the year 2286, thirteen are milliseconds. */
function readEpoch(text: string, at: number, fields: StampFields): number {
  let value = 0;
  let end = at;
  while (end < at + 14 && isDigit(text.charCodeAt(end))) {
    value = value * 10 + text.charCodeAt(end) - 48;
    end++;
  }
  const length = end - at;
  if (text.charCodeAt(at) === 48 || (length !== 10 && length !== 13)) return -1;
  fields.epochSeconds = length === 13 ? Math.floor(value / 1000) : value;
  return length === 10 ? skipFraction(text, end, false) : end;
}

/** @returns a year that a log can have been written in, or -1 */
function yearAt(text: string, at: number): number {
  const year = fourDigits(text, at);
  return year < OLDEST_YEAR || isWord(text.charCodeAt(at + 4)) ? -1 : year;
}
