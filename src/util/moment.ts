/**
 * Moments as people write them.
 *
 * @module
 */

const DATE = /^\d{4}-\d\d-\d\d$/;
const STAMP =
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads a day, a stamp (local where it names no zone), or `@` and seconds since 1970.
 *
 * @returns seconds since 1970; NaN for what is none of these
 */
export function parseMoment(value: string): number {
  const text = value.trim();
  if (/^@\d{1,12}$/.test(text)) return Number(text.slice(1));
  // A day alone would be taken as UTC, and everything else here is local.
  if (DATE.test(text)) return Date.parse(`${text}T00:00`) / 1000;
  return STAMP.test(text) ? Date.parse(text.replace(" ", "T")) / 1000 : NaN;
}
