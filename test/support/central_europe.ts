/**
 * The zone of the recorded data, `CET-01CEST-02,M3.5.0,M10.5.0`, whatever the machine's zone is.
 *
 * @module
 */

const HOUR = 3600;

/** An hour ahead of Greenwich, two from the last Sunday of March to that of October, changed at two o'clock. @returns seconds since 1970 */
export function centralEurope(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const standard = date.getTime() / 1000 + hour * HOUR + minute * 60 - HOUR;
  const begin = lastSunday(year, 3) + HOUR;
  const end = lastSunday(year, 10);
  const isSummer = standard >= begin + HOUR && standard - HOUR < end;
  return isSummer ? standard - HOUR : standard;
}

/** Midnight in Greenwich. */
function lastSunday(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  date.setUTCDate(date.getUTCDate() - date.getUTCDay());
  return date.getTime() / 1000;
}
