/**
 * What the ways of matching share: the chunk at hand, the time of a line, the failure that is handed on.
 *
 * @module
 */

import type { ClockWatch } from "./clock_watch.ts";
import type { Cutter } from "./line_cutter.ts";
import { countsSince } from "../config/log_start.ts";
import {
  guessOldStamp,
  guessStamp,
  judgeFirstSight,
  judgeStamp,
} from "./time_sanity.ts";
import type { Failure, FailureSink, MatchJail } from "./types.ts";

/** Where a line stands. */
export interface LinePlace {
  /** Holds the line: decoded alone, or with the whole chunk. */
  text: string;
  /** Place of the line in the text, without what ends it. */
  readonly span: MutableSpan;
  /** First byte of the line in its chunk. */
  start: number;
  /** Behind its newline. */
  end: number;
}

/** The line at hand, and what holds for all lines of its chunk; one object for all. */
export interface LinePass extends LinePlace {
  /** Number of the line; no two of a matcher have the same. */
  line: number;
  /** Place of its first byte in the memory of the scan; -1 where it is not there. */
  place: number;
  /** Whether the line is known to be ASCII. */
  isAscii: boolean;
  /** Bytes before the chunk in its file; -1 where it stands in none. */
  readonly base: number;
  readonly nowSeconds: number;
  readonly isCatchUp: boolean;
  /** Where the source knows it. */
  readonly timeSeconds: number | undefined;
  /** Takes every stamp as it is, however old. */
  readonly trustsStamps: boolean;
  /** Whether it was there when the log was met for the first time. */
  readonly isFirstSight: boolean;
  readonly emit: FailureSink;
  /** Told of the stamps of new lines; absent: nobody wants to know. */
  readonly clock: ClockWatch | undefined;
}

/** From the first character of a line to behind its last. */
export interface MutableSpan {
  from: number;
  to: number;
}

/** A failure being filled in. */
export type MutableFailure = { -readonly [Key in keyof Failure]: Failure[Key] };

/** @returns when the line that was cut last counts, in seconds since 1970; NaN where it is too old */
export function timeOfLine(
  pass: LinePass,
  jail: MatchJail,
  { isDated, lastSeconds }: Pick<Cutter, "isDated" | "lastSeconds">,
): number {
  const { nowSeconds, isCatchUp, trustsStamps, clock } = pass;
  if (startsByKey(pass, jail)) {
    const sinceSeconds = countsSince(jail, nowSeconds);
    return judgeFirstSight(lastSeconds, { nowSeconds, sinceSeconds });
  }
  if (trustsStamps) return Number.isNaN(lastSeconds) ? nowSeconds : lastSeconds;
  if (!isDated) return guessStamp(lastSeconds, nowSeconds);
  if (!isCatchUp) clock?.note(jail, lastSeconds, nowSeconds);
  const { findTimeSeconds } = jail;
  return judgeStamp(lastSeconds, { nowSeconds, isCatchUp, findTimeSeconds });
}

/** @returns the same; but an old line without a date is too old: nobody knows when it was written */
export function timeIfKnown(
  pass: LinePass,
  jail: MatchJail,
  cutter: Pick<Cutter, "isDated" | "lastSeconds">,
): number {
  const isKnown = cutter.isDated || !pass.isCatchUp || pass.trustsStamps ||
    startsByKey(pass, jail);
  return isKnown
    ? timeOfLine(pass, jail, cutter)
    : guessOldStamp(cutter.lastSeconds, pass.nowSeconds);
}

/** @returns bytes before the line in its file; -1 where it stands in none */
export function offsetOf({ base, start }: LinePass): number {
  return base < 0 ? -1 : base + start;
}

function startsByKey(
  { isFirstSight }: LinePass,
  { start }: MatchJail,
): boolean {
  return isFirstSight && start !== undefined;
}

/** @param words of the host, filled for each failure */
export function createFailure(words: Uint32Array): MutableFailure {
  return {
    jail: "",
    host: "",
    words,
    prefix: 128,
    timeSeconds: 0,
    pattern: 0,
    user: undefined,
    line: "",
    offset: -1,
    byteLength: 0,
  };
}
