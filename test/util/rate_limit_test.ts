import assert from "node:assert/strict";
import { RateLimit } from "../../src/util/rate_limit.ts";

Deno.test("RateLimit.pass() lets a burst through, then one each interval, and tells what it held back", () => {
  const limit = new RateLimit({ burst: 2, intervalSeconds: 10 });
  const passes = (seconds: number) => limit.pass(seconds);
  assert.deepEqual([100, 100, 100, 105].map(passes), [
    0,
    0,
    undefined,
    undefined,
  ]);
  assert.deepEqual([111, 112, 121].map(passes), [2, undefined, 1]);
});

Deno.test("RateLimit.pass() lets no more than a burst through after a long time, nor when the clock goes back", () => {
  const limit = new RateLimit({ burst: 1, intervalSeconds: 10 });
  assert.equal(limit.pass(1000), 0);
  assert.equal(limit.pass(2000), 0);
  assert.equal(limit.pass(2000), undefined);
  assert.equal(limit.pass(500), undefined);
  assert.equal(limit.pass(510), 2);
});
