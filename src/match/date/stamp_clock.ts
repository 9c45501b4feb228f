/**
 * From the parts of a stamp to seconds since 1970.
 *
 * @module
 */

import type { StampFields } from "./stamp_fields.ts";

/** Seconds since 1970 of a local time; times that a clock change skips or repeats have one answer each. */
export type LocalTime = (
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
) => number;

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;

/** Leap years are at most eight years apart (1896 and 1904). */
const YEARS_TO_LEAP = 8;

/**
 * The machine's own zone. What a clock change skips is taken as if the clock had not been changed yet; what it repeats
 * is the first of both.
 */
export function systemLocalTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): number {
  return new Date(year, month - 1, day, hour, minute).getTime() / 1000;
}

/** Turns fields into seconds, and remembers the minute, since a log stays in one for a while. */
export class StampClock {
  readonly #localTime: LocalTime;
  #minuteKey = NaN;
  #minuteSeconds = NaN;
  /** When the year of `#minuteKey` was inferred; NaN where it was written. */
  #inferredAt = NaN;

  constructor(localTime: LocalTime = systemLocalTime) {
    this.#localTime = localTime;
  }

  /**
   * @param nowSeconds the wall clock, by which a missing year is inferred
   * @returns seconds since 1970, whole; NaN where there is no such day (30 February)
   */
  toSeconds(fields: StampFields, nowSeconds: number): number {
    if (!Number.isNaN(fields.zoneMinutes)) return zonedSeconds(fields);
    const key = keyOf(fields);
    const isFresh = fields.year > 0 ||
      Math.abs(nowSeconds - this.#inferredAt) < HOUR_SECONDS;
    if (key !== this.#minuteKey || !isFresh) {
      this.#minuteSeconds = fields.year > 0
        ? this.#local(fields.year, fields)
        : this.#inferYear(fields, nowSeconds);
      this.#minuteKey = key;
      this.#inferredAt = fields.year > 0 ? NaN : nowSeconds;
    }
    return this.#minuteSeconds + fields.second;
  }

  #local(year: number, fields: StampFields): number {
    const { month, day, hour, minute } = fields;
    if (!isDayOf(year, month, day)) return NaN;
    return this.#localTime(year, month, day, hour, minute);
  }

  /**
   * The latest year in which the stamp is not more than a day ahead of now. So December read in January is of last year,
   * and January read in the last hours of December (a clock that is ahead) of next year.
   */
  #inferYear(fields: StampFields, nowSeconds: number): number {
    const thisYear = new Date(nowSeconds * 1000).getFullYear();
    for (let year = thisYear + 1; year >= thisYear - YEARS_TO_LEAP; year--) {
      const seconds = this.#local(year, fields);
      if (seconds <= nowSeconds + DAY_SECONDS) return seconds;
    }
    return NaN;
  }
}

function zonedSeconds(fields: StampFields): number {
  const { year, month, day, hour, minute, second } = fields;
  if (!isDayOf(year, month, day)) return NaN;
  const utc = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return utc - fields.zoneMinutes * 60;
}

/** @returns whether the day is in that year; other days were judged when they were read */
function isDayOf(year: number, month: number, day: number): boolean {
  if (month !== 2 || day < 29) return true;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function keyOf({ year, month, day, hour, minute }: StampFields): number {
  return (((year * 16 + month) * 32 + day) * 32 + hour) * 64 + minute;
}
