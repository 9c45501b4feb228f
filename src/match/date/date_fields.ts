/**
 * The `%` fields of fail2ban's date patterns.
 *
 * @module
 */

import { FilterError } from "../filter_error.ts";

/** A pattern whose fields are written out. */
export interface ExpandedFields {
  /** In Python's syntax; each field is a group that bears its letter. */
  readonly source: string;
  /** What fail2ban calls it: `%d/%b` is `Day/MON`. */
  readonly name: string;
  /** Whether it holds names of months or days, which match in either case. */
  readonly hasNames: boolean;
}

/** fail2ban takes no year further ahead than this. */
const YEARS_AHEAD = 3;
const FIRST_DECADE = 200;

const MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
const WEEKDAYS = "mon|tue|wed|thu|fri|sat|sun";
// The longest first, as Python's own fields have them.
const MONTH_NAMES =
  "september|february|november|december|january|october|august|march|april|june|july|may";
const WEEKDAY_NAMES =
  "wednesday|thursday|saturday|tuesday|monday|friday|sunday";
const ABBREVIATION = "[A-Z](?:[A-Z]{2,4})?";
const OFFSET = "[+-][01]\\d(?::?\\d{2})?";

/** Letter → what it matches; the group's name is the letter, or stands before a colon. */
const PLAIN_FIELDS: Readonly<Record<string, string>> = {
  Y: "\\d{4}",
  y: "\\d\\d",
  m: "0?[1-9]|1[0-2]",
  d: "[12]\\d|[ 0]?[1-9]|3[01]",
  H: "[01]?\\d|2[0-3]",
  I: "1[0-2]|0[1-9]|[1-9]",
  M: "[0-5]?\\d",
  S: "[0-5]?\\d|6[01]",
  f: "[0-9]{1,6}",
  b: MONTHS,
  B: MONTH_NAMES,
  a: WEEKDAYS,
  A: WEEKDAY_NAMES,
  p: "am|pm",
  j: "36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]",
  U: "5[0-3]|[0-4]\\d|\\d",
  W: "5[0-3]|[0-4]\\d|\\d",
  V: "5[0-3]|0[1-9]|[1-4]\\d|\\d",
  G: "\\d{4}",
  u: "[1-7]",
  w: "[0-6]",
  Z: "Z|[A-Z]{3,5}",
  z: `Z|UTC|GMT|${OFFSET}`,
};

/** Fields that share a group with another: [group, expression, what stands before it]. */
const OTHER_FIELDS: Readonly<
  Record<string, readonly [string, string, string]>
> = {
  k: ["H", "[0-2]?\\d", " ?"],
  l: ["I", "1?\\d", " ?"],
  Exy: ["y", "\\d{2}", ""],
  Exm: ["m", "0[1-9]|1[0-2]", ""],
  Exd: ["d", "[12]\\d|0[1-9]|3[01]", ""],
  ExH: ["H", "[01]\\d|2[0-3]", ""],
  Exk: ["H", "[01]?\\d|2[0-3]", " ?"],
  Exl: ["I", "1[0-2]|\\d", " ?"],
  ExM: ["M", "[0-5]\\d", ""],
  ExS: ["S", "[0-5]\\d|6[01]", ""],
  ExZ: ["Z", ABBREVIATION, ""],
  Exz: ["z", `(?:${ABBREVIATION})?${OFFSET}|${ABBREVIATION}`, ""],
};

/** Python's own, in the plain locale; their parts are less exact than the fields above. */
const TIME_OF_DAY =
  "(?P<H>2[0-3]|[0-1]\\d|\\d):(?P<M>[0-5]\\d|\\d):(?P<S>6[0-1]|[0-5]\\d|\\d)";
const DAY_OF_MONTH = "(?P<d>3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9])";
const WHOLE_FIELDS: Readonly<Record<string, string>> = {
  X: TIME_OF_DAY,
  x: `(?P<m>1[0-2]|0[1-9]|[1-9])/${DAY_OF_MONTH}/(?P<y>\\d\\d)`,
  c: `(?P<a>${WEEKDAYS})\\s+(?P<b>${MONTHS})\\s+${DAY_OF_MONTH}\\s+` +
    `${TIME_OF_DAY}\\s+(?P<Y>\\d{4})`,
  "%": "%",
};

const NAMES: Readonly<Record<string, string>> = {
  Y: "Year",
  y: "Year2",
  m: "Month",
  d: "Day",
  H: "24hour",
  I: "12hour",
  M: "Minute",
  S: "Second",
  f: "Microseconds",
  b: "MON",
  B: "MONTH",
  a: "DAY",
  A: "DAYNAME",
  p: "AMPM",
  j: "Yearday",
  U: "Yearweek",
  W: "Yearweek",
  w: "Weekday",
  Z: "Zone name",
  z: "Zone offset",
  "%": "%",
};

const FIELD = /%(Ex[A-Za-z]|[^])?/g;
const GROUP = /\?P<\w/g;
const LETTERS_OF_NAMES = /(?<!%)%[aAbBpc]/;

/**
 * Writes a pattern's fields out.
 *
 * @param year this year, which bounds what `%ExY` takes
 * @throws {FilterError} for a `%` that begins no field
 */
export function expandFields(pattern: string, year: number): ExpandedFields {
  let name = "";
  let source = "";
  let done = 0;
  const groups = new Set<string>();
  for (const hit of pattern.matchAll(FIELD)) {
    const before = pattern.slice(done, hit.index);
    const key = hit[1] ?? "";
    const expression = expressionOf(key, year);
    if (expression === undefined) {
      throw new FilterError(
        pattern,
        hit.index,
        `"${hit[0]}" is no field of a date, expected %% for a percent sign`,
      );
    }
    for (const [group] of expression.matchAll(GROUP)) {
      if (groups.has(group)) {
        throw new FilterError(
          pattern,
          hit.index,
          "the same field stands before",
        );
      }
      groups.add(group);
    }
    source += before + expression;
    name += before + nameOf(key);
    done = hit.index + hit[0].length;
  }
  const rest = pattern.slice(done);
  return {
    source: source + rest,
    name: name + rest,
    hasNames: LETTERS_OF_NAMES.test(pattern),
  };
}

function expressionOf(key: string, year: number): string | undefined {
  if (key === "ExY") return `(?P<Y>${decadesUntil(year + YEARS_AHEAD)}\\d)`;
  const plain = PLAIN_FIELDS[key];
  if (plain !== undefined) return `(?P<${key}>${plain})`;
  const other = OTHER_FIELDS[key];
  if (other === undefined) return WHOLE_FIELDS[key];
  const [group, expression, before] = other;
  return `${before}(?P<${group}>${expression})`;
}

/** `20[012]` until 2026: the years from 2000 on, so that no other four digits are one. */
function decadesUntil(year: number): string {
  const decades: number[] = [];
  for (let decade = FIRST_DECADE; decade <= Math.floor(year / 10); decade++) {
    decades.push(decade);
  }
  return `(?:${decades.join("|")})`;
}

function nameOf(key: string): string {
  if (key.startsWith("Ex")) {
    const plain = NAMES[key.slice(2)];
    if (plain !== undefined) return `Ex${plain}`;
  }
  return NAMES[key] ?? `%${key}`;
}
