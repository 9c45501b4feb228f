import assert from "node:assert/strict";
import fc from "fast-check";
import { TimeQueues } from "../../src/track/time_queues.ts";

Deno.test("TimeQueues keeps each slot's times in order when slots share the pool", () => {
  const step = fc.record({
    action: fc.constantFrom("push", "push", "push", "drop", "clear"),
    slot: fc.nat(2),
    time: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
      const queues = new TimeQueues({ slots: 3, blocks: 6 });
      const model: number[][] = [[], [], []];
      for (const { action, slot, time } of steps) {
        const times = model[slot] ?? [];
        if (action === "clear") {
          queues.clear(slot);
          times.length = 0;
        } else if (action === "drop" && times.length > 0) {
          queues.dropOldest(slot);
          times.shift();
        } else if (action === "push") {
          if (queues.isExhausted && queues.needsBlock(slot)) continue;
          assert.equal(queues.push(slot, time), time < (times.at(-1) ?? 0));
          times.push(time);
          times.sort((a, b) => a - b);
        }
        model.forEach((expected, slot) => compare(queues, slot, expected));
      }
      model.forEach((expected, slot) => {
        for (; expected.length > 0; expected.shift()) {
          compare(queues, slot, expected);
          queues.dropOldest(slot);
        }
        assert.equal(queues.countOf(slot), 0);
      });
      for (let block = 0; block < 6; block++) {
        assert.equal(queues.isExhausted, false);
        for (let n = 0; n < 8; n++) queues.push(0, n);
      }
      assert.equal(queues.isExhausted, true);
    }),
  );
});

Deno.test("TimeQueues.push() throws when the pool is exhausted", () => {
  const queues = new TimeQueues({ slots: 2, blocks: 1 });
  for (let n = 0; n < 8; n++) queues.push(0, n);
  assert.throws(() => queues.push(0, 8), RangeError);
  assert.throws(() => queues.push(1, 8), RangeError);
});

Deno.test("TimeQueues.enlargePool() keeps what is queued", () => {
  const queues = new TimeQueues({ slots: 2, blocks: 1 });
  for (let n = 0; n < 8; n++) queues.push(1, n);
  queues.enlargePool(3);
  for (let n = 8; n < 24; n++) queues.push(1, n);
  for (let n = 0; n < 24; n++) {
    assert.equal(queues.oldestOf(1), n);
    assert.equal(queues.newestOf(1), 23);
    queues.dropOldest(1);
  }
});

function compare(
  queues: TimeQueues,
  slot: number,
  expected: readonly number[],
): void {
  assert.equal(queues.countOf(slot), expected.length);
  if (expected.length > 0) {
    assert.equal(queues.oldestOf(slot), expected[0]);
    assert.equal(queues.newestOf(slot), expected.at(-1));
  }
  if (expected.length > 1) {
    assert.equal(queues.secondNewestOf(slot), expected.at(-2));
  }
}
