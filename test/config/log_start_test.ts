import assert from "node:assert/strict";
import { countsSince, LOG_START } from "../../src/config/log_start.ts";
import type { LogStart } from "../../src/config/types.ts";

const NOW = 1_763_665_683;

/** What is written, what it is read as, and from when on lines count. */
const STARTS: readonly (readonly [string | number, LogStart, number])[] = [
  ["end", "end", Infinity],
  ["beginning", "beginning", -Infinity],
  ["1h", { agoSeconds: 3600 }, NOW - 3600],
  [90, { agoSeconds: 90 }, NOW - 90],
  ["@1763000000", { sinceSeconds: 1_763_000_000 }, 1_763_000_000],
  ["2025-11-20T12:00Z", { sinceSeconds: 1_763_640_000 }, 1_763_640_000],
];

for (const [text, start, since] of STARTS) {
  Deno.test(`LOG_START reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(LOG_START.parse(text), start);
    assert.equal(countsSince({ start, findTimeSeconds: 600 }, NOW), since);
  });
}

Deno.test("countsSince() is as far as the find time reaches when nothing is said", () => {
  assert.equal(countsSince({ findTimeSeconds: 600 }, NOW), NOW - 600);
});
