/**
 * The parts of a stamp, and the small readers that the formats are made of.
 *
 * Readers take a text and a place and give the place behind what they read, or -1; they allocate nothing and never look
 * twice at a character, so that no line can make them slow.
 *
 * @module
 */

import { isDigit, isLetter, isWord } from "../ascii_units.ts";

/** The parts of a stamp; one object is filled again and again. */
export interface StampFields {
  /** 0 where the stamp has none. */
  year: number;
  /** The year in the stamp's head, 0 where there is none; the tail may bring one. */
  headYear: number;
  /** 1-12. */
  month: number;
  /** 1-31. */
  day: number;
  hour: number;
  minute: number;
  /** 0-60. */
  second: number;
  /** East of Greenwich; NaN where the stamp has none. */
  zoneMinutes: number;
  /** Seconds since 1970, where the stamp says them; else NaN. */
  epochSeconds: number;
}

/** @returns fields to be filled */
export function createStampFields(): StampFields {
  return {
    year: 0,
    headYear: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    zoneMinutes: NaN,
    epochSeconds: NaN,
  };
}

/** First letters of the months, lower case, three bytes each as one number. */
const MONTHS: ReadonlyMap<number, number> = new Map(
  "jan feb mar apr may jun jul aug sep oct nov dec".split(" ")
    .map((name, index) => [packName(name), index + 1]),
);

const WEEKDAYS: ReadonlySet<number> = new Set(
  "mon tue wed thu fri sat sun".split(" ").map(packName),
);

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** @returns the number of two digits at `at`, or -1 */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  if (!(tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9)) return -1;
  return tens * 10 + ones;
}

/** @returns the number of four digits at `at`, or -1 */
export function fourDigits(text: string, at: number): number {
  const high = twoDigits(text, at);
  const low = twoDigits(text, at + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

/** @returns 1-12 for the English month whose three letters stand at `at`, or 0 */
export function monthAt(text: string, at: number): number {
  return MONTHS.get(packAt(text, at)) ?? 0;
}

/** @returns whether the three letters of an English weekday stand at `at` */
export function isWeekdayAt(text: string, at: number): boolean {
  return WEEKDAYS.has(packAt(text, at));
}

/** Reads a day of one or two digits, with a blank for the missing one. @returns the place behind, or -1 */
export function readDay(text: string, at: number, fields: StampFields): number {
  const from = text.charCodeAt(at) === 32 ? at + 1 : at;
  const first = text.charCodeAt(from) - 48;
  if (!(first >= 0 && first <= 9)) return -1;
  const both = twoDigits(text, from);
  fields.day = both < 0 ? first : both;
  return from + (both < 0 ? 1 : 2);
}

/** Reads `19:08:03`, the hour also as one digit. @returns the place behind, or -1 */
export function readTime(
  text: string,
  at: number,
  fields: StampFields,
): number {
  const colon = text.charCodeAt(at + 1) === 58 ? at + 1 : at + 2;
  const hour = colon === at + 2
    ? twoDigits(text, at)
    : text.charCodeAt(at) - 48;
  const minute = twoDigits(text, colon + 1);
  const second = twoDigits(text, colon + 4);
  const isShaped = text.charCodeAt(colon) === 58 &&
    text.charCodeAt(colon + 3) === 58;
  if (!isShaped || !(hour >= 0 && hour <= 23)) return -1;
  if (minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
  fields.hour = hour;
  fields.minute = minute;
  fields.second = second;
  return colon + 6;
}

/** @returns the place behind `.123456`, or `at` where there is none */
export function skipFraction(
  text: string,
  at: number,
  takesComma: boolean,
): number {
  const mark = text.charCodeAt(at);
  if (mark !== 46 && !(takesComma && mark === 44)) return at;
  let end = at + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  return end === at + 1 ? at : end;
}

/**
 * Reads `Z`, `UTC`, `GMT`, `+01:00`, `+0100` or `+01`, with or without a blank before; `+01` needs to stand close.
 *
 * @returns the place behind, or `at` where there is none
 */
export function readZone(
  text: string,
  at: number,
  fields: StampFields,
): number {
  fields.zoneMinutes = NaN;
  const from = text.charCodeAt(at) === 32 ? at + 1 : at;
  const end = readZoneName(text, from, fields);
  if (end > 0) return end;
  const sign = text.charCodeAt(from);
  const hours = twoDigits(text, from + 1);
  if ((sign !== 43 && sign !== 45) || hours < 0 || hours > 15) return at;
  const low = text.charCodeAt(from + 3) === 58 ? from + 4 : from + 3;
  const minutes = twoDigits(text, low);
  const isLong = minutes >= 0 && minutes <= 59;
  if (!isLong && from > at) return at;
  const behind = isLong ? low + 2 : from + 3;
  if (isWord(text.charCodeAt(behind))) return at;
  const distance = hours * 60 + (isLong ? minutes : 0);
  fields.zoneMinutes = sign === 45 ? -distance : distance;
  return behind;
}

/** @returns whether month and day can be */
export function isCalendarDay(month: number, day: number): boolean {
  return month >= 1 && day >= 1 && day <= (LONGEST_MONTH[month - 1] ?? 0);
}

function readZoneName(text: string, at: number, fields: StampFields): number {
  const length = text.charCodeAt(at) === 90
    ? 1
    : text.startsWith("UTC", at) || text.startsWith("GMT", at)
    ? 3
    : 0;
  if (length === 0 || isWord(text.charCodeAt(at + length))) return -1;
  fields.zoneMinutes = 0;
  return at + length;
}

function packName(name: string): number {
  return packAt(name, 0);
}

/** @returns three letters of either case as one number; never the number of other characters */
function packAt(text: string, at: number): number {
  const a = text.charCodeAt(at);
  const b = text.charCodeAt(at + 1);
  const c = text.charCodeAt(at + 2);
  if (!isLetter(a) || !isLetter(b) || !isLetter(c)) return 0;
  return (a | 32) << 16 | (b | 32) << 8 | (c | 32);
}
