/**
 * What each driver has done since the start.
 *
 * @module
 */

import type { Decision } from "../track/types.ts";
import type { ActProblem, DriverTally } from "./types.ts";

/** Counts by driver. */
export class DriverCounts {
  readonly #tallies = new Map<
    string,
    { -readonly [Name in keyof DriverTally]: DriverTally[Name] }
  >();

  /** Decisions were handed to a driver. */
  noteDecisions(driver: string, decisions: readonly Decision[]): void {
    const tally = this.#of(driver);
    for (const { kind } of decisions) {
      if (kind === "unban") tally.unbans++;
      else tally.bans++;
    }
  }

  /** A driver could not do something. */
  noteProblem({ action }: ActProblem): void {
    this.#of(action).failures++;
  }

  /** @returns those that had something to do, in the order in which they had */
  list(): readonly DriverTally[] {
    return [...this.#tallies.values()].map((tally) => ({ ...tally }));
  }

  #of(name: string) {
    const known = this.#tallies.get(name);
    if (known !== undefined) return known;
    const tally = { name, bans: 0, unbans: 0, failures: 0 };
    this.#tallies.set(name, tally);
    return tally;
  }
}
