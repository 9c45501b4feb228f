/**
 * The state of a jail's sources in a word or two.
 *
 * @module
 */

import type { SourceStatus } from "../source/types.ts";

/** @returns the state of all, or the worst one with how many are in it: `waiting (1 of 3)` */
export function summarizeSources(sources: readonly SourceStatus[]): string {
  const states = sources.map(({ state }) => state);
  const worst = STATES.find((state) => states.includes(state)) ?? "stopped";
  const count = states.filter((state) => state === worst).length;
  return count === states.length
    ? worst
    : `${worst} (${count} of ${states.length})`;
}

/** From bad to good. */
const STATES = [
  "failed",
  "stopped",
  "waiting",
  "watching",
] as const satisfies readonly SourceStatus["state"][];
