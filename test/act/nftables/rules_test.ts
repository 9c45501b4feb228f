import { strict as assert } from "node:assert";
import fc from "fast-check";

import { mergePorts } from "../../../src/act/nftables/rules.ts";

Deno.test("mergePorts() names the same ports in ranges with gaps between them", () => {
  const range = fc.tuple(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 0, max: 8 }),
  ).map(([from, more]) => ({ from, to: from + more }));
  fc.assert(fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
    const merged = mergePorts(ranges);
    for (let port = 1; port <= 70; port++) {
      const holds = ({ from, to }: { from: number; to: number }) =>
        from <= port && port <= to;
      assert.equal(merged.some(holds), ranges.some(holds));
    }
    for (const [index, { to }] of merged.entries()) {
      const next = merged[index + 1];
      assert(next === undefined || next.from > to + 1);
    }
  }));
});
