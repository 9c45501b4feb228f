import assert from "node:assert/strict";
import { guessStamp, judgeStamp } from "../../src/match/time_sanity.ts";

const now = 1_000_000;

/** Stamp relative to now, catch-up, and the answer relative to now; NaN is too old. */
const CASES: readonly (readonly [number, boolean, number])[] = [
  [0, false, 0],
  [-60, false, -60],
  [-61, false, 0],
  [60, false, 60],
  [61, false, 0],
  [-86_400, false, 0],
  [0, true, 0],
  [-599, true, -599],
  [-600, true, -600],
  [-601, true, NaN],
  [30, true, 0],
  [86_400, true, 0],
];

for (const [offset, isCatchUp, expected] of CASES) {
  const kind = isCatchUp ? "an old" : "a new";
  Deno.test(`judgeStamp() of ${kind} line at now ${offset} is now ${expected}`, () => {
    const frame = { nowSeconds: now, isCatchUp, findTimeSeconds: 600 };
    assert.equal(judgeStamp(now + offset, frame), now + expected);
  });
}

Deno.test("guessStamp() takes the last stamp while it is less than a minute old", () => {
  assert.equal(guessStamp(now - 59, now), now - 59);
  assert.equal(guessStamp(now - 60, now), now);
  assert.equal(guessStamp(now + 5, now), now);
  assert.equal(guessStamp(NaN, now), now);
});
