/**
 * Successes are found as failures are: by a jail of their own, whose patterns are those of successes.
 *
 * @module
 */

import type { MatchJail } from "./types.ts";

/** A jail, perhaps with patterns of successes. */
export interface ForgivingJail extends MatchJail {
  /** Absent or empty: nothing is a success. */
  readonly successPatterns?: readonly string[] | undefined;
}

/** Behind the name; no jail's name holds a blank. */
const MARK = " success";

/** @returns the jails, and one more for each that forgives */
export function withSuccesses(
  jails: readonly ForgivingJail[],
): readonly MatchJail[] {
  return jails.flatMap((jail) => {
    const { name, successPatterns = [] } = jail;
    if (successPatterns.length === 0) return [jail];
    // What ignore patterns take back are failures.
    const patterns = { failPatterns: successPatterns, ignorePatterns: [] };
    // What has to hold of a line's JSON is what failures are known by.
    const json = jail.json && { ...jail.json, conditions: [] };
    return [jail, { ...jail, ...patterns, json, name: name + MARK }];
  });
}

/** @returns the jail whose success has this name; undefined for that of a failure */
export function jailOfSuccess(name: string): string | undefined {
  return name.endsWith(MARK) ? name.slice(0, -MARK.length) : undefined;
}
