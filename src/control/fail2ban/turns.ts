/**
 * So many at once, and the others one after the other.
 *
 * @module
 */

/** Turns that are taken and given back. */
export class Turns {
  #left: number;
  readonly #waiting: (() => void)[] = [];

  /** @param count at once, from 1 */
  constructor(count: number) {
    this.#left = count;
  }

  /** Has `act` done when there is a turn for it, in the order of the calls. */
  async run<T>(act: () => Promise<T>): Promise<T> {
    if (this.#left > 0) this.#left--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await act();
    } finally {
      // The turn goes from hand to hand, so that nobody comes between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#left++;
      else next();
    }
  }
}
