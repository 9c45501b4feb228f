/**
 * Time zones as POSIX writes them, which JavaScript does not know.
 *
 * @module
 */

import type { LocalTime } from "../src/match/date/stamp_clock.ts";

/** A day of the year by month, week and weekday: the last Sunday of March is `{ month: 3, week: 5, weekday: 0 }`. */
interface ChangeRule {
  readonly month: number;
  readonly week: number;
  readonly weekday: number;
  /** Local time of the change, in seconds after midnight. */
  readonly atSeconds: number;
}

const ZONE =
  /^[A-Za-z]{3,}(-?\d+)(?:[A-Za-z]{3,}(-?\d+)?,M(\d+)\.(\d)\.(\d)(?:\/(\d+))?,M(\d+)\.(\d)\.(\d)(?:\/(\d+))?)?$/;

/**
 * Makes a clock of a zone.
 *
 *     createPosixZone("CET-01CEST-02,M3.5.0,M10.5.0")(2005, 8, 14, 12, 0) → 1124013600
 *
 * @throws {RangeError} when the zone is not written with whole hours and rules of the form Mm.w.d
 */
export function createPosixZone(zone: string): LocalTime {
  const parts = ZONE.exec(zone);
  if (parts === null) {
    throw new RangeError(
      `Cannot read time zone "${zone}": not understood, expected one like CET-01CEST-02,M3.5.0,M10.5.0`,
    );
  }
  const offset = -Number(parts[1]) * 3600;
  const start = ruleOf(parts.slice(3, 7));
  const end = ruleOf(parts.slice(7, 11));
  const summer = parts[2] === undefined
    ? offset + 3600
    : -Number(parts[2]) * 3600;
  return (year, month, day, hour, minute) => {
    const local = Date.UTC(year, month - 1, day, hour, minute) / 1000;
    if (start === undefined || end === undefined) return local - offset;
    const isSummer = isBetween(
      local,
      changeOf(start, year),
      // The end is told in summer time; in the hour that comes twice, the first one is meant.
      changeOf(end, year),
    );
    return local - (isSummer ? summer : offset);
  };
}

function ruleOf(
  [month, week, weekday, hour = "2"]: (string | undefined)[],
): ChangeRule | undefined {
  return month === undefined ? undefined : {
    month: Number(month),
    week: Number(week),
    weekday: Number(weekday),
    atSeconds: Number(hour) * 3600,
  };
}

/** South of the equator summer ends before it begins. */
function isBetween(local: number, start: number, end: number): boolean {
  return start < end
    ? local >= start && local < end
    : local >= start || local < end;
}

function changeOf(
  { month, week, weekday, atSeconds }: ChangeRule,
  year: number,
): number {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  let day = 1 + (weekday - first + 7) % 7 + (week - 1) * 7;
  while (day > days) day -= 7;
  return Date.UTC(year, month - 1, day) / 1000 + atSeconds;
}
