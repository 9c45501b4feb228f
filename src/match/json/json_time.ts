/**
 * The time that a line tells in JSON.
 *
 * @module
 */

import type { JsonPath } from "../../config/json_path.ts";
import { DateReader } from "../date/date_reader.ts";
import type { LocalTime } from "../date/stamp_clock.ts";
import { valueAt } from "./value_at.ts";

/** Seconds reach this in the year 5138; milliseconds left it in 1973. */
const LEAST_MILLISECONDS = 1e11;
const LEAST_MICROSECONDS = 1e14;
const LEAST_NANOSECONDS = 1e17;

/** Reads the times of one source's lines. */
export class JsonTime {
  readonly #path: JsonPath | undefined;
  readonly #dates: DateReader;

  /**
   * @param path absent: lines tell none
   * @param localTime turns times without a zone into seconds; default the machine's zone
   */
  constructor(path: JsonPath | undefined, localTime?: LocalTime) {
    this.#path = path;
    this.#dates = new DateReader("auto", localTime);
  }

  /**
   * @param nowSeconds the wall clock, by which a missing year is inferred
   * @returns whole seconds since 1970; NaN where there is no time
   */
  read(root: unknown, nowSeconds: number): number {
    if (this.#path === undefined) return NaN;
    const value = valueAt(root, this.#path);
    if (typeof value === "number") return toSeconds(value);
    if (typeof value !== "string") return NaN;
    if (/^\d+(?:\.\d+)?$/.test(value)) return toSeconds(Number(value));
    const line = { from: 0, to: value.length };
    return this.#dates.read(value, line, nowSeconds)
      ? this.#dates.seconds
      : NaN;
  }
}

/**
 * Takes a number for seconds, milliseconds, microseconds or nanoseconds, by its size.
 *
 *     1795201683.25          seconds
 *     1795201683250          milliseconds
 *     1795201683250000000    nanoseconds
 *
 * @returns whole seconds since 1970; NaN for what is not above 0
 */
export function toSeconds(value: number): number {
  if (!(value > 0 && value < Infinity)) return NaN;
  if (value < LEAST_MILLISECONDS) return Math.floor(value);
  if (value < LEAST_MICROSECONDS) return Math.floor(value / 1e3);
  if (value < LEAST_NANOSECONDS) return Math.floor(value / 1e6);
  return Math.floor(value / 1e9);
}
