import assert from "node:assert/strict";
import { distinctJails, findFailures } from "./recorded_filters.ts";
import { readShared } from "./shared.ts";

const LINES_A_CHUNK = 40;

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
