/**
 * How long a parser of foreign input is fuzzed: some cases, or as many as fit into the time that `FAIL2DENO_FUZZ_SECONDS` names,
 * as scripts/test has it.
 *
 * @module
 */

import type { Parameters } from "fast-check";

const SECONDS = Number(Deno.env.get("FAIL2DENO_FUZZ_SECONDS") ?? 0);

/** @param numRuns cases where no time is named */
export function fuzzBounds(numRuns: number): Parameters<unknown> {
  if (SECONDS === 0) return { numRuns };
  return { numRuns: 1e9, interruptAfterTimeLimit: 1000 * SECONDS };
}
