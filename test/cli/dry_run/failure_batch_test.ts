import { deepEqual, equal } from "node:assert/strict";
import { FailureBatch } from "../../../src/cli/dry_run/failure_batch.ts";
import { createFailure } from "../../../src/match/line_pass.ts";

Deno.test("drain() hands on what was added, in its order, and is empty then", () => {
  const batch = new FailureBatch();
  for (let i = 0; i < 3; i++) {
    batch.add({
      ...createFailure(Uint32Array.of(1, 2, 3, 0xffffff00 + i)),
      jail: i === 1 ? "b" : "a",
      prefix: 128 - i,
      pattern: 10 + i,
      timeSeconds: 1e9 + i / 2,
    });
  }
  const drain = () => {
    const all: unknown[] = [];
    batch.drain(({ words, jail, prefix, pattern, timeSeconds }) =>
      all.push([[...words], jail, prefix, pattern, timeSeconds])
    );
    return all;
  };
  deepEqual(drain(), [
    [[1, 2, 3, 0xffffff00], "a", 128, 10, 1e9],
    [[1, 2, 3, 0xffffff01], "b", 127, 11, 1e9 + 0.5],
    [[1, 2, 3, 0xffffff02], "a", 126, 12, 1e9 + 1],
  ]);
  deepEqual(drain(), []);
});

Deno.test("isFull tells when there is no room for another one", () => {
  const batch = new FailureBatch();
  let count = 0;
  for (; !batch.isFull; count++) batch.add(createFailure(new Uint32Array(4)));
  let drained = 0;
  batch.drain(() => drained++);
  equal(drained, count);
  equal(batch.isFull, false);
});
