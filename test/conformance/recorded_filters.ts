/**
 * The filters that lines were recorded with, as jails, and what they find.
 *
 * @module
 */

import { FilterError } from "../../src/match/filter_error.ts";
import { createMatcher } from "../../src/match/matcher.ts";
import type { Matcher, MatchJail } from "../../src/match/types.ts";
import { NO_POSITION } from "../../src/source/types.ts";
import {
  exactJail,
  keepFailure,
  type KeptFailure,
  utc,
} from "../match/fixtures.ts";

/** When lines were recorded. */
const NOW_SECONDS = 1_124_013_600;

/** A filter as fail2ban resolved it. */
interface Filter {
  readonly filter: string;
  readonly prefregex: string | null;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly maxlines: number | null;
  readonly datepattern: string | null;
}

/** @param text of filters-resolved.json @returns each once: many records share a filter */
export function distinctJails(text: string): readonly MatchJail[] {
  const all: readonly Filter[] = JSON.parse(text).filters;
  const jails = all.map(jailOf);
  return [
    ...new Map(jails.map((jail) => [JSON.stringify(jail), jail])).values(),
  ];
}

function jailOf(filter: Filter): MatchJail {
  return exactJail({
    name: filter.filter,
    useDns: "raw",
    failPatterns: filter.failregex,
    ignorePatterns: filter.ignoreregex,
    prefixPattern: filter.prefregex ?? undefined,
    maxLines: filter.maxlines ?? undefined,
    datePattern: filter.datepattern ?? undefined,
  });
}

/** @returns failures, and how many lines there were; undefined where the filter cannot be used */
export function findFailures(
  jail: MatchJail,
  chunks: readonly Uint8Array[],
  prefilter: boolean,
) {
  const failures: KeptFailure[] = [];
  const matcher = openMatcher(jail, prefilter);
  for (const bytes of chunks) {
    matcher?.match(
      { source: "", bytes, position: NO_POSITION, isCatchUp: true },
      NOW_SECONDS,
      (failure) => failures.push(keepFailure(failure)),
    );
  }
  return matcher && { failures, lines: matcher.counts.lines };
}

function openMatcher(jail: MatchJail, prefilter: boolean): Matcher | undefined {
  try {
    return createMatcher([jail], {
      prefilter,
      trustsStamps: true,
      emitsRawIds: true,
      localTime: utc,
    });
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}
