import assert from "node:assert/strict";
import fc from "fast-check";
import { TimerHeap } from "../../src/track/timer_heap.ts";

Deno.test("TimerHeap gives the soonest timer when timers are set, set anew and removed", () => {
  const step = fc.record({
    action: fc.constantFrom("set", "set", "remove", "pop"),
    slot: fc.oneof(fc.nat(20), fc.nat(300)),
    time: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
      const heap = new TimerHeap();
      const model = new Map<number, number>();
      for (const { action, slot, time } of steps) {
        if (action === "set") {
          heap.set(slot, time);
          model.set(slot, time);
        } else {
          const target = action === "pop" ? heap.soonest : slot;
          assert.equal(heap.remove(target), model.delete(target));
        }
        assert.equal(heap.size, model.size);
        assert.equal(heap.soonestTime, Math.min(...model.values()));
        assert.equal(model.get(heap.soonest) ?? Infinity, heap.soonestTime);
      }
      let last = -Infinity;
      while (heap.size > 0) {
        assert.ok(heap.soonestTime >= last);
        last = heap.soonestTime;
        assert.equal(model.get(heap.soonest), last);
        heap.remove(heap.soonest);
      }
      assert.equal(heap.soonest, -1);
    }),
  );
});
