/**
 * From the texts of a date's fields to seconds since 1970, as fail2ban infers what the text leaves out.
 *
 * @module
 */

import type { LocalTime } from "./stamp_clock.ts";
import { parseZoneOffset } from "../../util/zone_offset.ts";

/** A field's letter (`Y`, `m`, `b` …) and its text. */
export type FieldText = readonly [letter: string, text: string];

/** By what missing parts are inferred. */
export interface FieldContext {
  /** What the local clock shows now, in milliseconds; see `wallClockOf`. */
  readonly wallNow: number;
  /** Minutes east of Greenwich for texts without a zone; undefined is the local zone. */
  readonly zoneMinutes: number | undefined;
  readonly localTime: LocalTime;
}

/** A calendar date and time of some zone, as milliseconds since 1970 of its own clock. */
type WallClock = number;

interface Day {
  readonly year: number;
  /** 1-12 */
  readonly month: number;
  readonly day: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SUNDAY = 6;
const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
/** From Monday. */
const WEEKDAYS = "montuewedthufrisatsun";

/** What the fields say; undefined where nothing does. */
interface Parts {
  year: number | undefined;
  month: number | undefined;
  day: number | undefined;
  hour: number;
  minute: number;
  second: number;
  /** Minutes east of Greenwich. */
  zone: number | undefined;
  /** Of the year, from 1. */
  yearDay: number | undefined;
  week: number | undefined;
  /** Which day a week begins with, as `weekday`. */
  weekStart: number;
  /** From 0, Monday. */
  weekday: number | undefined;
}

/** Where two fields say the same thing, the later one holds. */
const SETTERS: Readonly<
  Record<string, (parts: Parts, text: string, half: string | undefined) => void>
> = {
  Y: (parts, text) => parts.year = Number(text),
  y: (parts, text) => parts.year = 2000 + Number(text),
  m: (parts, text) => parts.month = Number(text),
  b: (parts, text) => parts.month = 1 + indexOfName(MONTHS, text),
  B: (parts, text) => parts.month = 1 + indexOfName(MONTHS, text),
  d: (parts, text) => parts.day = Number(text),
  H: (parts, text) => parts.hour = Number(text),
  I: (parts, text, half) => parts.hour = hourOfHalf(Number(text), half),
  M: (parts, text) => parts.minute = Number(text),
  S: (parts, text) => parts.second = Number(text),
  j: (parts, text) => parts.yearDay = Number(text),
  U: (parts, text) => setWeek(parts, text, SUNDAY),
  W: (parts, text) => setWeek(parts, text, 0),
  a: (parts, text) => parts.weekday = indexOfName(WEEKDAYS, text),
  A: (parts, text) => parts.weekday = indexOfName(WEEKDAYS, text),
  w: (parts, text) => parts.weekday = (Number(text) + SUNDAY) % 7,
  z: setZone,
  Z: setZone,
};

/**
 * Reads a date.
 *
 * No year is this one, or the last where that would be more than a day ahead; no day is today, or yesterday where that
 * would be ahead. A fraction is dropped.
 *
 * @param fields in the order in which they stand in the pattern, without those that took no part
 * @returns whole seconds since 1970; NaN where the fields are no date (30 February, 25 o'clock, an unknown zone)
 */
export function secondsOfFields(
  fields: readonly FieldText[],
  context: FieldContext,
): number {
  const parts = readParts(fields);
  const zone = parts.zone ?? context.zoneMinutes;
  const now = context.wallNow;
  const today = new Date(now);
  const year = parts.year ?? today.getUTCFullYear();
  const written = dayOf(parts, year);
  const day = written ??
    { year, month: today.getUTCMonth() + 1, day: today.getUTCDate() };
  let wall = dateOf(day) + clockOf(parts) - (zone ?? 0) * MINUTE_MS;
  if (written === undefined && wall > now) wall -= DAY_MS;
  if (parts.year === undefined && wall > now + DAY_MS) {
    wall = dateOf({ ...day, year: day.year - 1 }) + modulo(wall, DAY_MS);
  }
  return zone === undefined ? toLocal(wall, context.localTime) : wall / 1000;
}

/**
 * What a local clock shows, by the way from local times to seconds alone.
 *
 * @returns milliseconds from 1970-01-01 00:00 of that clock
 */
export function wallClockOf(nowSeconds: number, localTime: LocalTime): number {
  const now = nowSeconds * 1000;
  // The error of the first guess is the distance from Greenwich; the second mends it where a clock change is between.
  const guess = now + (now - toLocal(now, localTime) * 1000);
  const wall = guess + (now - toLocal(guess, localTime) * 1000);
  // What a clock change skips is taken as if it had not been changed yet; no clock shows it.
  const later = wall + HOUR_MS;
  return toLocal(later, localTime) * 1000 === now ? later : wall;
}

/** @returns whether the result holds at any time: nothing is inferred by the clock */
export function isComplete(fields: readonly FieldText[]): boolean {
  const has = (letters: string) =>
    fields.some(([letter]) => letters.includes(letter));
  return has("Yy") && has("mbB") && has("d");
}

function readParts(fields: readonly FieldText[]): Parts {
  const parts: Parts = {
    year: undefined,
    month: undefined,
    day: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    zone: undefined,
    yearDay: undefined,
    week: undefined,
    weekStart: 0,
    weekday: undefined,
  };
  const half = fields.find(([letter]) => letter === "p")?.[1];
  for (const [letter, text] of fields) SETTERS[letter]?.(parts, text, half);
  return parts;
}

/** One unknown zone spoils the date, even if another follows. */
function setZone(parts: Parts, text: string): void {
  const minutes = parseZoneOffset(text) ?? NaN;
  parts.zone = Number.isNaN(parts.zone) ? NaN : minutes;
}

function setWeek(parts: Parts, text: string, weekStart: number): void {
  parts.week = Number(text);
  parts.weekStart = weekStart;
}

/** Without AM or PM, a 12-hour clock is read as AM. */
function hourOfHalf(hour: number, half: string | undefined): number {
  if (half?.toLowerCase() === "pm") return hour === 12 ? 12 : hour + 12;
  return hour === 12 ? 0 : hour;
}

function clockOf({ hour, minute, second }: Parts): number {
  // A leap second is none: fail2ban refuses it too.
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** @returns undefined where neither month nor day is written; NaN in it where one of them is missing */
function dayOf(parts: Parts, year: number): Day | undefined {
  const { month, day } = parts;
  if (month !== undefined && day !== undefined) return { year, month, day };
  const yearDay = parts.yearDay ?? yearDayOf(parts, year);
  if (yearDay !== undefined) {
    const date = new Date(dateOf({ year, month: 1, day: 1 }));
    date.setUTCDate(yearDay);
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    };
  }
  if (month === undefined && day === undefined) return undefined;
  return { year, month: month ?? NaN, day: day ?? NaN };
}

/** Day of the year from 1 by the week and the day in it; what comes before the first whole week is week 0. */
function yearDayOf(
  { week, weekday, weekStart }: Parts,
  year: number,
): number | undefined {
  if (week === undefined || weekday === undefined) return undefined;
  const newYear = new Date(dateOf({ year, month: 1, day: 1 })).getUTCDay();
  const first = modulo(newYear - 1 - weekStart, 7);
  const offset = modulo(weekday - weekStart, 7);
  return week === 0
    ? 1 + offset - first
    : 1 + modulo(-first, 7) + 7 * (week - 1) + offset;
}

function indexOfName(names: string, name: string): number {
  return names.indexOf(name.slice(0, 3).toLowerCase()) / 3;
}

/** The remainder that is never negative. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** @returns NaN where there is no such day */
function dateOf({ year, month, day }: Day): WallClock {
  const date = new Date(0);
  // Not Date.UTC, which takes the year 50 for 1950.
  date.setUTCFullYear(year, month - 1, day);
  const isDay = year >= 1 && year <= 9999 &&
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay ? date.getTime() : NaN;
}

function toLocal(wall: WallClock, localTime: LocalTime): number {
  if (Number.isNaN(wall)) return NaN;
  const date = new Date(wall);
  const minutes = localTime(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  );
  return minutes + modulo(wall, MINUTE_MS) / 1000;
}
