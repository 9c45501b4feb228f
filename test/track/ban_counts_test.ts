import assert from "node:assert/strict";
import { BanCounts } from "../../src/track/ban_counts.ts";
import { nthHost, SEED } from "./fixtures.ts";

Deno.test("BanCounts counts by jail and host", () => {
  const counts = new BanCounts({ capacity: 4, seed: SEED });
  assert.equal(counts.get(nthHost(0), 0), 0);
  assert.equal(counts.increment(nthHost(0), 0), 1);
  assert.equal(counts.increment(nthHost(0), 0), 2);
  assert.equal(counts.increment(nthHost(0), 1), 1);
  assert.equal(counts.get(nthHost(0), 0), 2);
  counts.forget(nthHost(0), 0);
  assert.equal(counts.get(nthHost(0), 0), 0);
  assert.equal(counts.get(nthHost(0), 1), 1);
});

Deno.test("BanCounts forgets the host banned longest ago when it is full", () => {
  const counts = new BanCounts({ capacity: 2, seed: SEED });
  counts.increment(nthHost(0), 0);
  counts.increment(nthHost(1), 0);
  counts.increment(nthHost(0), 0);
  assert.equal(counts.increment(nthHost(2), 0), 1);
  assert.equal(counts.size, 2);
  assert.equal(counts.get(nthHost(0), 0), 2);
  assert.equal(counts.get(nthHost(1), 0), 0);
  assert.equal(counts.increment(nthHost(1), 0), 1);
  assert.equal(counts.get(nthHost(0), 0), 0);
});
