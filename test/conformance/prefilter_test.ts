import assert from "node:assert/strict";
import { FilterError } from "../../src/match/filter_error.ts";
import { createMatcher } from "../../src/match/matcher.ts";
import { NO_POSITION } from "../../src/source/types.ts";
import type { Failure, Matcher, MatchJail } from "../../src/match/types.ts";
import { utc } from "../match/fixtures.ts";
import { distinctJails } from "./recorded_filters.ts";
import { readShared } from "./shared.ts";

const LINES_A_CHUNK = 40;

const NOW_SECONDS = 1_124_013_600;

const filters = readShared("filters-resolved.json");
const records = readShared("cases.jsonl");

Deno.test({
  name:
    "every recorded filter finds with the prefilter what it finds without, in all recorded lines",
  ignore: filters === undefined || records === undefined,
  fn() {
    const chunks = chunksOf(linesOf(records ?? ""));
    const jails = distinctJails(filters ?? "");
    let found = 0;
    for (const jail of jails) {
      const naive = findFailures(jail, chunks, false);
      const fast = findFailures(jail, chunks, true);
      assert.deepEqual(fast, naive, jail.name);
      found += naive?.failures.length ?? 0;
    }
    assert.ok(jails.length > 90, `only ${jails.length} filters`);
    assert.ok(found > 1500, `only ${found} failures`);
  },
});

/** As many lines as a source may hand over at once. */
function chunksOf(lines: readonly string[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < lines.length; at += LINES_A_CHUNK) {
    const text = lines.slice(at, at + LINES_A_CHUNK).map((line) => `${line}\n`);
    chunks.push(new TextEncoder().encode(text.join("")));
  }
  return chunks;
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "")
    .map((line): string => JSON.parse(line).line);
}

/** @returns undefined where the filter cannot be used */
function findFailures(
  jail: MatchJail,
  chunks: readonly Uint8Array[],
  prefilter: boolean,
) {
  const failures: unknown[] = [];
  const matcher = openMatcher(jail, prefilter);
  for (const bytes of chunks) {
    matcher?.match(
      { source: "", bytes, position: NO_POSITION, isCatchUp: true },
      NOW_SECONDS,
      (failure) => failures.push(partsOf(failure)),
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

function partsOf({ host, line, pattern, groups, lines, timeSeconds }: Failure) {
  return { host, line, pattern, groups: { ...groups }, lines, timeSeconds };
}
