/**
 * Runs lines through a filter as the daemon would.
 *
 * @module
 */

import {
  type FilterFile,
  type FilterHit,
  NORMAL_MODE,
} from "../src/config/filter_file.ts";
import { createMatcher } from "../src/match/matcher.ts";
import type { MatchCounts } from "../src/match/types.ts";
import { NO_POSITION } from "../src/source/types.ts";
import { toMatchJail } from "./filter_jail.ts";

/** A failure that was found, as far as samples tell of it. */
export interface SampleFailure {
  readonly host: string;
  readonly user: string | undefined;
  /** Index of the pattern among those of the mode. */
  readonly pattern: number;
}

/** What became of the last line. */
export interface SampleResult {
  readonly failures: readonly SampleFailure[];
  readonly counts: Readonly<MatchCounts>;
  /** Lines that a pattern gave up. */
  readonly overBudget: number;
}

/** A line that is to be run, with those of its connection before it. */
export interface SampleRun {
  readonly mode: string;
  readonly line: string;
  readonly before?: readonly string[] | undefined;
  /** False looks at each line with each pattern, whatever literals it has; default true. */
  readonly prefilter?: boolean;
}

/** Friday 20 November 2026, 21:00 UTC: behind the stamps of all samples. */
const NOW_SECONDS = Date.UTC(2026, 10, 20, 21) / 1000;

const ENCODER = new TextEncoder();

/** Runs lines through one matcher, which remembers what it saw before. */
export type SampleRunner = (
  lines: Pick<SampleRun, "line" | "before">,
) => SampleResult;

/** @returns a runner with nothing to remember yet */
export function openRunner(
  filter: FilterFile,
  { mode, prefilter = true }: Pick<SampleRun, "mode" | "prefilter">,
): SampleRunner {
  const matcher = createMatcher([toMatchJail(filter, mode)], {
    trustsStamps: true,
    prefilter,
  });
  let failures: SampleFailure[] = [];
  const feed = (text: string) => {
    failures = [];
    const bytes = ENCODER.encode(`${text}\n`);
    matcher.match(
      { source: "sample", bytes, position: NO_POSITION, isCatchUp: true },
      NOW_SECONDS,
      ({ host, user, pattern }) => failures.push({ host, user, pattern }),
    );
  };
  return ({ line, before = [] }) => {
    for (const text of [...before, line]) feed(text);
    const overBudget = matcher.describePatterns()
      .reduce((sum, usage) => sum + usage.overBudget, 0);
    return { failures, counts: matcher.counts, overBudget };
  };
}

/** Runs a line, behind those that stand before it. */
export function runSample(filter: FilterFile, run: SampleRun): SampleResult {
  return openRunner(filter, run)(run);
}

/** Runs a hit's line in its mode. */
export function runHit(
  filter: FilterFile,
  { mode = NORMAL_MODE, line, before }: FilterHit,
): SampleResult {
  return runSample(filter, { mode, line, before });
}

/** @returns all modes of a filter, the normal one first */
export function modesOf(filter: FilterFile): readonly string[] {
  return [...new Set([NORMAL_MODE, ...filter.modes.keys()])];
}
