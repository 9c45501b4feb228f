/**
 * From which moment on lines count: what was typed behind `--since`, and where such lines begin.
 *
 * @module
 */

import { needsExactDates } from "../../config/needs_exact_jail.ts";
import { createRecency } from "../../match/recency.ts";
import type { MatchJail } from "../../match/types.ts";
import { createReadAt } from "../../source/read_at.ts";
import { type Searchable, seekByTime } from "../../source/seek_by_time.ts";
import { parseDuration } from "../../util/duration.ts";
import { parseMoment } from "../../util/moment.ts";
import { UsageError } from "../command.ts";

/**
 * Reads a moment: a time ago (`2h`), a day, a stamp (local where it names no zone), or `@` and seconds since 1970.
 *
 * @returns seconds since 1970
 * @throws {UsageError} for what is none of these
 */
export function parseSince(text: string, nowSeconds: number): number {
  const ago = parseDuration(text);
  if (ago !== undefined && ago !== Infinity) return nowSeconds - ago;
  const seconds = parseMoment(text);
  if (!Number.isNaN(seconds)) return seconds;
  throw new UsageError(
    `Cannot begin since "${text}": no moment, expected for example 2h, "1d 12h", 2026-11-20, "2026-11-20 19:08", 2026-11-20T19:08:03Z or @1795201683`,
  );
}

/** Passes over the lines of one log that are older than a moment, by their own clock. */
export class SinceGate {
  readonly #isRecent: (line: Uint8Array) => boolean | undefined;
  #isOpen = false;
  #sawDate = false;

  /** @param jails those that read the log, in whose formats it is dated */
  constructor(
    jails: readonly MatchJail[],
    { sinceSeconds, nowSeconds }: {
      readonly sinceSeconds: number;
      readonly nowSeconds: number;
    },
  ) {
    const findTimeSeconds = nowSeconds - sinceSeconds;
    const judge = createRecency(
      oneForEachFormat(jails).map((jail) => ({ ...jail, findTimeSeconds })),
      () => nowSeconds,
    );
    this.#isRecent = (line) => {
      const answer = judge(line);
      this.#sawDate ||= answer !== undefined;
      return answer;
    };
  }

  /**
   * Looks for the first line that counts with a few reads, since logs are in order of time. From there on all count.
   *
   * @returns bytes from the beginning; 0 where no line bears a date
   */
  findStart(file: Deno.FsFile, size: number): number {
    this.#isOpen = true;
    return this.#find({ readAt: createReadAt(file), size });
  }

  /** @returns the part of a block that counts, in a log that can only be read from its beginning */
  pass(lines: Uint8Array): Uint8Array {
    if (this.#isOpen) return lines;
    const readAt = (buffer: Uint8Array, offset: number) => {
      const part = lines.subarray(offset, offset + buffer.length);
      buffer.set(part);
      return part.length;
    };
    const rest = lines.subarray(this.#find({ readAt, size: lines.length }));
    this.#isOpen = rest.length > 0;
    return rest;
  }

  #find(file: Searchable): number {
    const start = seekByTime(file, this.#isRecent);
    return this.#sawDate ? start : 0;
  }
}

/** Jails that read dates alike need one look at a line. */
function oneForEachFormat(jails: readonly MatchJail[]): MatchJail[] {
  const found = new Map<string, MatchJail>();
  for (const jail of jails) {
    const { dateFormat, datePattern, logTimeZone, json } = jail;
    found.set(
      JSON.stringify([
        ...[needsExactDates(jail), dateFormat, datePattern, logTimeZone],
        ...[json?.time, json?.message],
      ]),
      jail,
    );
  }
  return [...found.values()];
}
