import assert from "node:assert/strict";
import { JsonTime } from "../../../src/match/json/json_time.ts";
import { NOW, utc } from "../fixtures.ts";

/** Value in the line, seconds; NaN is no time. */
const CASES: readonly (readonly [unknown, number])[] = [
  ["2026-11-20T19:08:03Z", 1795201683],
  ["2026-11-20T19:08:03.251874211Z", 1795201683],
  ["2026-11-20T20:08:03+01:00", 1795201683],
  ["2026-11-20 19:08:03,251", 1795201683],
  ["20/Nov/2026:19:08:03 +0000", 1795201683],
  [1795201683, 1795201683],
  [1795201683.9, 1795201683],
  [1795201683251, 1795201683],
  [1795201683251874, 1795201683],
  [1795201683251874211, 1795201683],
  ["1795201683.251", 1795201683],
  ["1795201683251", 1795201683],
  [0, NaN],
  [-5, NaN],
  [1e400, NaN],
  ["", NaN],
  ["soon", NaN],
  ["9".repeat(400), NaN],
  [null, NaN],
  [{ seconds: 1 }, NaN],
];

for (const [value, expected] of CASES) {
  Deno.test(`JsonTime.read() of ${JSON.stringify(value)} is ${expected}`, () => {
    const time = new JsonTime(["a", "ts"], utc);
    assert.equal(time.read({ a: { ts: value } }, NOW), expected);
  });
}

Deno.test("JsonTime.read() is NaN where lines tell no time", () => {
  assert.equal(new JsonTime(undefined).read({ ts: 1 }, NOW), NaN);
  assert.equal(new JsonTime(["ts"]).read({}, NOW), NaN);
});
