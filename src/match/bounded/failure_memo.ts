/**
 * Where a search has failed before.
 *
 * @module
 */

import type { Program } from "./program.ts";

/** 8 MB; a longer line than that allows is searched without, and the budget alone bounds it. */
const MOST_CELLS = 2_000_000;

/**
 * One cell for each split and place, stamped when all ways from there failed; one interval of places for each endless run.
 * Stamps make clearing needless: what bears another stamp is old.
 */
export class FailureMemo {
  /** Whether there is room for this program and text. */
  isUsed = false;
  /** What failed with the groups as they are now; a new stamp when one changes that the program refers to. */
  stamp = 1;
  #lateStamp = 1;
  #newest = 1;
  #width = 0;
  #needed = 0;
  #cells = new Uint32Array(0);
  #runs = new Int32Array(0);

  /** Forgets all, for a search in a text of this length. */
  begin({ memoCount, runCount }: Program, length: number): void {
    if (this.#newest > 0x7000_0000) this.#startOver();
    this.stamp = ++this.#newest;
    this.#lateStamp = this.stamp;
    this.#width = length + 1;
    this.isUsed = memoCount * this.#width <= MOST_CELLS;
    if (this.#runs.length < 3 * runCount) {
      this.#runs = new Int32Array(6 * runCount);
    }
    this.#runs.fill(0, 0, 3 * runCount);
    this.#needed = memoCount * this.#width;
  }

  /** A group changed that the program refers to. */
  renew(): void {
    this.stamp = ++this.#newest;
  }

  /** @param isLate whether no group matters any more */
  hasFailed(split: number, place: number, isLate: boolean): boolean {
    if (this.#cells.length < this.#needed) {
      this.#cells = new Uint32Array(Math.min(MOST_CELLS, 2 * this.#needed));
    }
    const stamp = isLate ? this.#lateStamp : this.stamp;
    return this.#cells[split * this.#width + place] === stamp;
  }

  /** Remembers that no way from this split at this place led to a hit. */
  markFailed(split: number, place: number, isLate: boolean): void {
    const stamp = isLate ? this.#lateStamp : this.stamp;
    this.#cells[split * this.#width + place] = stamp;
  }

  /** @returns the first place of an endless run from which on nothing led to a hit, or -1 */
  runFrom(run: number, isLate: boolean): number {
    const stamp = isLate ? this.#lateStamp : this.stamp;
    return (this.#runs[3 * run] ?? 0) === stamp
      ? this.#runs[3 * run + 1] ?? -1
      : -1;
  }

  /** @returns the last place of those, or -1 */
  runTo(run: number, isLate: boolean): number {
    return this.runFrom(run, isLate) < 0 ? -1 : this.#runs[3 * run + 2] ?? -1;
  }

  /** Remembers that nothing led to a hit behind a run that ends at any of these places, the last being its end. */
  markRun(
    run: number,
    { from, to, isLate }: {
      readonly from: number;
      readonly to: number;
      readonly isLate: boolean;
    },
  ): void {
    this.#runs[3 * run] = isLate ? this.#lateStamp : this.stamp;
    this.#runs[3 * run + 1] = from;
    this.#runs[3 * run + 2] = to;
  }

  #startOver(): void {
    this.#cells = new Uint32Array(0);
    this.#newest = 1;
  }
}
