/**
 * Durations as people write them: `600`, `10m`, `1d 12h`, `-1` for ever.
 *
 * @module
 */

import { evaluateArithmetic } from "./arithmetic.ts";

/** A month is a twelfth of the year of 365.25 days. */
const SECONDS = {
  year: 31_557_600,
  month: 2_629_800,
  week: 604_800,
  day: 86_400,
  hour: 3_600,
  minute: 60,
  second: 1,
} as const;

/** Every spelling that fail2ban takes: `m` is a minute, `mo` a month. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ...spellings("y yy ye yea year years", SECONDS.year),
  ...spellings("mo mon month months", SECONDS.month),
  ...spellings("w ww we wee week weeks", SECONDS.week),
  ...spellings("d dd da day days", SECONDS.day),
  ...spellings("h hh ho hou hour hours", SECONDS.hour),
  ...spellings("m mm mi min minute minutes", SECONDS.minute),
  ...spellings("s ss se sec second seconds", SECONDS.second),
]);

const WRITTEN_UNITS: readonly (readonly [string, number])[] = [
  ["w", SECONDS.week],
  ["d", SECONDS.day],
  ["h", SECONDS.hour],
  ["m", SECONDS.minute],
  ["s", SECONDS.second],
];

const PART = /\s*(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]+)\s*/giy;

/**
 * Reads a duration.
 *
 * @param value seconds, or a text such as `"600"`, `"10m"`, `"1d 12h"`, `"1d12h"`; `-1` is for ever
 * @returns seconds, a whole number or `Infinity`; undefined where `value` is no duration
 */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === "number") return readSeconds(value);
  const text = value.trim();
  if (/^(?:-1|\d{1,12}(?:\.\d{1,6})?)$/.test(text)) {
    return readSeconds(Number(text));
  }
  return text.length > 100 ? undefined : sumParts(text);
}

/**
 * Evaluates a duration as fail2ban writes them: the same units, and arithmetic with them.
 *
 *     1d12h → 129600    1 year - 1 week → 30952800    2*(1h 30m) → 10800    -1 → -1
 *
 * @returns seconds; fail2ban takes fractions and negative ones too
 * @throws {SyntaxError} for what is no arithmetic: fail2ban would run it as a program
 */
export function evaluateDuration(text: string): number {
  const expression = text.replace(/([a-z])(?=\d)/gi, "$1 ")
    .replace(/(?<=[\d\s])[a-z]+\b/gi, (word) => {
      const size = UNITS.get(word.toLowerCase());
      return size === undefined ? word : `*${size}`;
    })
    .replace(/(\d)\s+(?=\d)/g, "$1+");
  return evaluateArithmetic(expression, text);
}

/**
 * Writes a duration so that parseDuration reads the same back.
 *
 * @param seconds rounded to a whole number; `Infinity` is for ever
 * @returns for example `1h 30m`, `0s` or `for ever`
 */
export function formatDuration(seconds: number): string {
  if (seconds === Infinity) return "for ever";
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, size] of WRITTEN_UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.length === 0 ? "0s" : parts.join(" ");
}

function readSeconds(seconds: number): number | undefined {
  if (seconds === -1) return Infinity;
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.round(seconds)
    : undefined;
}

function sumParts(text: string): number | undefined {
  let sum = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    const size = UNITS.get((part[2] ?? "").toLowerCase());
    if (size === undefined) return undefined;
    sum += Number(part[1]) * size;
    end = PART.lastIndex;
  }
  return end > 0 && end === text.length ? Math.round(sum) : undefined;
}

function spellings(words: string, seconds: number): [string, number][] {
  return words.split(" ").map((word) => [word, seconds]);
}
