/**
 * Where reading begins in a log that is met for the first time.
 *
 * @module
 */

import { parseDuration } from "../util/duration.ts";
import { parseMoment } from "../util/moment.ts";
import { type Field, parsed } from "./fields.ts";
import type { LogStart } from "./types.ts";

/** `start`. */
export const LOG_START: Field<LogStart> = parsed<LogStart>(
  '"end", "beginning", a duration such as "1h", or a date such as "2026-11-20"',
  (value, refuse) => {
    if (value === "end" || value === "beginning") return value;
    if (typeof value !== "string" && typeof value !== "number") {
      return undefined;
    }
    const agoSeconds = parseDuration(value);
    if (agoSeconds === Infinity) refuse("it has to end");
    if (agoSeconds !== undefined) return { agoSeconds };
    const sinceSeconds = parseMoment(String(value));
    if (Number.isNaN(sinceSeconds)) refuse("it is not known");
    return { sinceSeconds };
  },
);

/**
 * Tells which lines of a log that was there before count for a jail.
 *
 * @returns seconds since 1970 from which on they do: -Infinity for all, Infinity for none
 */
export function countsSince(
  { start, findTimeSeconds }: {
    /** Absent: as far as the find time reaches. */
    readonly start?: LogStart | undefined;
    readonly findTimeSeconds: number;
  },
  nowSeconds: number,
): number {
  if (start === undefined) return nowSeconds - findTimeSeconds;
  if (start === "beginning") return -Infinity;
  if (start === "end") return Infinity;
  return "agoSeconds" in start
    ? nowSeconds - start.agoSeconds
    : start.sinceSeconds;
}
