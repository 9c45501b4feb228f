import assert from "node:assert/strict";
import { readFilters } from "../../scripts/filter_jail.ts";
import { checkFilter } from "../../scripts/filter_rules.ts";
import { modesOf, runHit, runSample } from "../../scripts/filter_samples.ts";

const FILTERS = readFilters();

Deno.test("there are built-in filters to test", () => {
  assert.ok(FILTERS.length > 0);
});

for (const { filter, text } of FILTERS) {
  Deno.test(`filter ${filter.name} keeps all rules`, () => {
    assert.deepEqual(checkFilter({ filter, text }), []);
  });

  Deno.test(`filter ${filter.name} finds the same where every line meets every pattern`, () => {
    for (const hit of filter.hits) {
      const { mode = "normal", line, before } = hit;
      const naive = { mode, line, before, prefilter: false };
      assert.deepEqual(
        runSample(filter, naive).failures,
        runHit(filter, hit).failures,
        line,
      );
    }
    for (const { line, before } of filter.misses) {
      for (const mode of modesOf(filter)) {
        const run = { mode, line, before };
        assert.deepEqual(
          runSample(filter, { ...run, prefilter: false }).failures,
          runSample(filter, run).failures,
          line,
        );
      }
    }
  });
}
