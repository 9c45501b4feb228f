/**
 * What a pattern took, wherever it was run.
 *
 * @module
 */

import type { PatternUsage } from "./types.ts";

/** @returns one usage for each pattern of a jail, in the order in which they first come */
export function sumUsages(
  usages: readonly PatternUsage[],
): readonly PatternUsage[] {
  const sums = new Map<string, PatternUsage>();
  for (const usage of usages) {
    const key = JSON.stringify([usage.jail, usage.role, usage.pattern]);
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? usage : add(sum, usage));
  }
  return [...sums.values()];
}

function add(sum: PatternUsage, usage: PatternUsage): PatternUsage {
  return {
    ...sum,
    candidates: sum.candidates + usage.candidates,
    hits: sum.hits + usage.hits,
    overBudget: sum.overBudget + usage.overBudget,
    seconds: sum.seconds + usage.seconds,
  };
}
