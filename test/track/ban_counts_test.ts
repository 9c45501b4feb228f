import assert from "node:assert/strict";
import { BanCounts } from "../../src/track/ban_counts.ts";
import { nthHost, SEED } from "./fixtures.ts";

Deno.test("BanCounts counts by jail and host", () => {
  const counts = new BanCounts({ capacity: 4, seed: SEED });
  assert.equal(counts.get(nthHost(0), 0), 0);
  counts.set(nthHost(0), { jail: 0, count: 2, untilSeconds: 100 });
  counts.set(nthHost(0), { jail: 1, count: 1, untilSeconds: 100 });
  assert.equal(counts.get(nthHost(0), 0), 2);
  counts.forget(nthHost(0), 0);
  assert.equal(counts.get(nthHost(0), 0), 0);
  assert.equal(counts.get(nthHost(0), 1), 1);
});

Deno.test("BanCounts forgets the host banned longest ago when it is full", () => {
  const counts = new BanCounts({ capacity: 2, seed: SEED });
  const add = (n: number, count: number) =>
    counts.set(nthHost(n), { jail: 0, count, untilSeconds: Infinity });
  add(0, 1);
  add(1, 1);
  add(0, 2);
  add(2, 1);
  assert.equal(counts.size, 2);
  assert.equal(counts.get(nthHost(0), 0), 2);
  assert.equal(counts.get(nthHost(1), 0), 0);
  add(1, 1);
  assert.equal(counts.get(nthHost(0), 0), 0);
});

Deno.test("BanCounts.raise() takes over more bans than are known, and no fewer", () => {
  const counts = new BanCounts({ capacity: 2, seed: SEED });
  const raise = (n: number, count: number) =>
    counts.raise(nthHost(n), { jail: 0, count, untilSeconds: 100 });
  raise(0, 3);
  raise(0, 2);
  assert.equal(counts.get(nthHost(0), 0), 3);
  raise(0, 4);
  assert.equal(counts.get(nthHost(0), 0), 4);
  // Whoever gets the slot of a host that was forgotten begins at 0.
  counts.forget(nthHost(0), 0);
  raise(1, 1);
  assert.equal(counts.get(nthHost(1), 0), 1);
});

Deno.test("BanCounts.getSince() leaves out bans that ended before", () => {
  const counts = new BanCounts({ capacity: 2, seed: SEED });
  const since = (sinceSeconds: number) =>
    counts.getSince(nthHost(0), { jail: 0, sinceSeconds });
  assert.equal(since(-Infinity), 0);
  counts.set(nthHost(0), { jail: 0, count: 3, untilSeconds: 100 });
  assert.deepEqual([since(-Infinity), since(100), since(101)], [3, 3, 0]);
  counts.setUntil(nthHost(0), { jail: 0, untilSeconds: 200 });
  assert.deepEqual([since(101), since(201)], [3, 0]);
  counts.setUntil(nthHost(1), { jail: 0, untilSeconds: 200 });
  assert.equal(counts.size, 1);
});
