import { deepEqual, ok } from "node:assert/strict";
import { writtenPatternOf } from "../../src/match/bytes/written_pattern.ts";
import { compileExact, compilePrefix } from "../../src/match/compile_exact.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { countDecided } from "../match/bytes/support.ts";
import { createDice } from "../match/pattern_samples.ts";
import { distinctJails, findFailures } from "./recorded_filters.ts";
import { readShared } from "./shared.ts";

/** Enough for a program to be made, and to be at work for some turns. */
const LINES = 1200;

/** Lines that are written in a row, so that they share a stamp. */
const ROW = 4;

const LINES_A_CHUNK = 150;

const filters = readShared("filters-resolved.json");
const records = readShared("cases.jsonl");

Deno.test({
  name:
    "every recorded filter finds in its recorded lines with a program what it finds without",
  ignore: filters === undefined || records === undefined,
  fn() {
    const linesOf = Map.groupBy(
      (records ?? "").split("\n").filter((line) => line !== "")
        .map((line): Record<"filter" | "line", string> => JSON.parse(line)),
      ({ filter }) => filter,
    );
    let programs = 0, decided = 0, ahead = 0, found = 0;
    for (const jail of distinctJails(filters ?? "")) {
      const lines = linesOf.get(jail.name)?.map(({ line }) => line) ?? [];
      if (lines.length === 0) continue;
      const chunks = makeChunks(lines);
      const plain = findFailures(jail, chunks, false);
      if (plain === undefined) continue;
      writePatterns(jail);
      const counted = countDecided(() => findFailures(jail, chunks, true));
      deepEqual(counted.result, plain, jail.name);
      if (counted.decided > 0) programs++;
      decided += counted.decided;
      ahead += counted.ahead;
      found += plain.failures.length;
    }
    const told = JSON.stringify({ programs, decided, ahead, found });
    ok(programs > 110 && decided > 80_000 && ahead > 30_000, told);
    ok(found > 100_000, told);
  },
});

/** The lines again and again, in any order. */
function makeChunks(lines: readonly string[]): readonly Uint8Array[] {
  const dice = createDice(lines.length);
  const rows = Array.from({ length: LINES / ROW }, () => {
    const line = lines[dice(lines.length)] ?? "";
    return `${line}\n`.repeat(ROW);
  });
  const chunks: Uint8Array[] = [];
  const step = Math.ceil(LINES_A_CHUNK / ROW);
  for (let at = 0; at < rows.length; at += step) {
    const text = rows.slice(at, at + step).join("");
    chunks.push(new TextEncoder().encode(text));
  }
  return chunks;
}

/** As if another matcher had run them often. */
function writePatterns(jail: MatchJail): void {
  const { failPatterns, ignorePatterns, prefixPattern } = jail;
  for (const pattern of [...failPatterns, ...ignorePatterns]) {
    writtenPatternOf(compileExact(pattern, jail).bytes.parsed);
  }
  if (prefixPattern === undefined) return;
  writtenPatternOf(compilePrefix(prefixPattern, jail).bytes.parsed);
}
