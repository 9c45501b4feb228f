/**
 * Which of many patterns to run, by the first character of a text.
 *
 * @module
 */

import type { Subject } from "./subject.ts";

/** A pattern, as far as it is known what it matches begins with. */
interface Opened {
  /** `ANY` where that can be anything. */
  readonly firstUnit: number;
}

/** No unit in particular. */
export const ANY = -1;

/** Units from here on are told apart by the patterns themselves. */
const OTHERS = 128;

/** Most patterns of a filter begin with a word, and most words with a letter that few others begin with. */
export class Opener {
  /** For each ASCII character, and last for all others. */
  readonly #byFirst: readonly (readonly number[])[];

  constructor(patterns: readonly Opened[]) {
    const firsts = patterns.map(({ firstUnit }) => firstUnit);
    const fitting = (unit: number) =>
      [...firsts.keys()].filter((index) => {
        const first = firsts[index] ?? ANY;
        return first === unit || first === ANY ||
          unit === OTHERS && first >= OTHERS;
      });
    const none = fitting(ANY);
    this.#byFirst = Array.from(
      { length: OTHERS + 1 },
      (_, unit) =>
        unit === OTHERS || firsts.includes(unit) ? fitting(unit) : none,
    );
  }

  /** @returns the indexes of the patterns that may match it, in order */
  candidates({ firstUnit }: Subject): readonly number[] {
    return this.ofUnit(firstUnit);
  }

  /** @returns those that may match what begins with this unit; the same list again and again */
  ofUnit(unit: number): readonly number[] {
    return this.#byFirst[unit < OTHERS ? unit : OTHERS] ?? [];
  }
}
