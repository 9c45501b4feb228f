/**
 * What the ways of matching share: the chunk at hand, the time of a line, the failure that is handed on.
 *
 * @module
 */

import type { ChunkText } from "./chunk_text.ts";
import type { ClockWatch } from "./clock_watch.ts";
import type { Cutter } from "./line_cutter.ts";
import type { LinePlace } from "./line_place.ts";
import { countsSince } from "../config/log_start.ts";
import {
  guessOldStamp,
  guessStamp,
  judgeFirstSight,
  judgeStamp,
} from "./time_sanity.ts";
import type { Failure, FailureSink, MatchJail } from "./types.ts";

/** The line at hand, and what holds for all lines of its chunk; one object for all. */
export interface LinePass extends LinePlace {
  /** Number of the line; no two of a matcher have the same. */
  line: number;
  /** Whether it was decoded; `takeText` does it. */
  isTaken: boolean;
  readonly chunk: ChunkText;
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

/** A failure being filled in. */
export type MutableFailure = { -readonly [Key in keyof Failure]: Failure[Key] };

/** Goes to a line. @param start place of its first byte in the chunk @param lineEnd behind its last one */
export function goTo(pass: LinePass, start: number, lineEnd: number): void {
  pass.start = start;
  pass.lineEnd = lineEnd;
  pass.end = Math.min(lineEnd + 1, pass.chunk.length);
  pass.isTaken = false;
}

/** Goes to a later line of those that were scanned with the one at hand. @param start, lineEnd places in the memory of the scan */
export function goOn(pass: LinePass, start: number, lineEnd: number): void {
  const shift = pass.place - pass.start;
  pass.line++;
  pass.place = start;
  goTo(pass, start - shift, lineEnd - shift);
}

/** Decodes the line, unless it is: many lines are told by their bytes. */
export function takeText(pass: LinePass): void {
  if (pass.isTaken) return;
  pass.isTaken = true;
  pass.chunk.take(pass, pass.start, pass.lineEnd);
}

/** @returns the line, without what ends it */
export function textOf(pass: LinePass): string {
  takeText(pass);
  return pass.text.slice(pass.span.from, pass.span.to);
}

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
