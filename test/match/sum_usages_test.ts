import assert from "node:assert/strict";
import { sumUsages } from "../../src/match/sum_usages.ts";
import type { PatternUsage } from "../../src/match/types.ts";

const USAGE: PatternUsage = {
  jail: "a",
  role: "fail",
  pattern: "one",
  engine: "linear",
  candidates: 4,
  hits: 3,
  overBudget: 2,
  seconds: 0.5,
};

Deno.test("sumUsages() adds up what the same pattern of a jail took, and nothing else", () => {
  const others: readonly PatternUsage[] = [
    { ...USAGE, jail: "b" },
    { ...USAGE, role: "ignore" },
    { ...USAGE, pattern: "two" },
  ];
  const sum = { candidates: 8, hits: 6, overBudget: 4, seconds: 1 };
  assert.deepEqual(sumUsages([USAGE, ...others, USAGE]), [
    { ...USAGE, ...sum },
    ...others,
  ]);
});
