/**
 * What the tests of the match stage share.
 *
 * @module
 */

import type { Chunk } from "../../src/source/types.ts";
import { NO_POSITION } from "../../src/source/types.ts";
import { createMatcher, type MatcherOptions } from "../../src/match/matcher.ts";
import { FilterError } from "../../src/match/filter_error.ts";
import type { EngineKind } from "../../src/match/engine_types.ts";
import { createEngine } from "../../src/match/engine.ts";
import { loadRe2 } from "../../src/match/prepare_pattern.ts";
import type { SyntaxOptions } from "../../src/match/parsed_pattern.ts";
import type { Failure, MatchCounts, MatchJail } from "../../src/match/types.ts";

/** Friday 20 November 2026, 19:10:00 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 19, 10, 0) / 1000;

/** Local time is UTC, whatever the machine's zone. */
export function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): number {
  return Date.UTC(year, month - 1, day, hour, minute) / 1000;
}

/** @returns a jail that reads any date */
export function jailOf(parts: Partial<MatchJail>): MatchJail {
  return {
    name: "test",
    dateFormat: "auto",
    failPatterns: [],
    ignorePatterns: [],
    findTimeSeconds: 600,
    ...parts,
  };
}

/** A failure to be kept: without the words, which are used again. */
export type KeptFailure = Omit<Failure, "words">;

/** @returns a copy of what a failure says, since its object is used again */
export function keepFailure(failure: Failure): KeptFailure {
  const { jail, host, prefix, timeSeconds, pattern, user, line } = failure;
  const { groups, resolvedFrom, isRawId } = failure;
  const lines = failure.lines?.slice();
  const users = failure.users?.slice();
  const always = { jail, host, prefix, timeSeconds, pattern, user, line };
  const known = { groups, lines, users, resolvedFrom, isRawId };
  return Object.assign(
    always,
    Object.fromEntries(
      Object.entries(known).filter(([, value]) => value !== undefined),
    ),
  );
}

/** Matches one chunk and keeps what comes out. */
export function matchText(
  content: string | Uint8Array,
  jails: readonly MatchJail[],
  options: MatcherOptions & {
    readonly nowSeconds?: number;
    readonly isCatchUp?: boolean;
  } = {},
): { failures: KeptFailure[]; counts: MatchCounts } {
  const { nowSeconds = NOW, isCatchUp = false, ...rest } = options;
  const matcher = createMatcher(jails, { localTime: utc, ...rest });
  const failures: KeptFailure[] = [];
  matcher.match(
    {
      source: "/var/log/test.log",
      bytes: typeof content === "string"
        ? new TextEncoder().encode(content)
        : content,
      position: NO_POSITION,
      isCatchUp,
    },
    nowSeconds,
    (failure) => failures.push(keepFailure(failure)),
  );
  return { failures, counts: matcher.counts };
}

await loadRe2();

const KINDS = ["linear", "re2", "bounded", "backtracking"] as const;

/** Engines that can run the pattern in this process; `linear` only where V8's flags are set. */
export function engineKinds(
  pattern: string,
  options: SyntaxOptions = {},
): EngineKind[] {
  return KINDS.filter((kind) => {
    try {
      createEngine(pattern, kind, options);
      return true;
    } catch (error) {
      if (error instanceof FilterError) return false;
      throw error;
    }
  });
}

/** A stamp that needs no guess, two seconds before NOW. */
export const STAMP = "2026-11-20T19:09:58Z";

/** @returns a jail of fail2ban's syntax */
export function exactJail(parts: Partial<MatchJail>): MatchJail {
  return jailOf({ syntax: "fail2ban", ...parts });
}

/** @returns a log of these lines, each behind STAMP */
export function logOf(...lines: string[]): string {
  return lines.map((line) => `${STAMP}${line}\n`).join("");
}

/** @returns the hosts of the failures in these lines */
export function hostsOf(jail: MatchJail, ...lines: string[]): string[] {
  return matchText(logOf(...lines), [jail]).failures.map(({ host }) => host);
}

/** @returns a chunk of new lines */
export function chunkOf(text: string): Chunk {
  return {
    source: "/var/log/test.log",
    bytes: new TextEncoder().encode(text),
    position: NO_POSITION,
    isCatchUp: false,
  };
}
