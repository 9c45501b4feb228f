/**
 * Random numbers that are the same for the same seed.
 *
 * @module
 */

/** A stream of random numbers: mulberry32, which is quick and even enough for text. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** @returns 0 ≤ number < `below` */
  below(below: number): number {
    this.#state = this.#state + 0x6d2b79f5 >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ mixed >>> 15, mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 0x1_0000_0000 * below);
  }

  /** @throws {RangeError} where there is none to pick */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("Cannot pick: nothing there");
    return item;
  }
}
