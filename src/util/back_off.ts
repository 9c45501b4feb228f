/**
 * Slows down what has to be done again and again.
 *
 * @module
 */

/** Twice in a row is done at once: a program that changes its mind is no loop. */
const FREE_TURNS = 2;

/** Told the times at which something was done, it tells when it may be done next. */
export class BackOff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #calmMs: number;
  #turns = 0;
  #lastMs = -Infinity;

  /** @param options the delay doubles from `firstMs` to `longestMs`; after `calmMs` without a turn all is forgotten */
  constructor(
    options: {
      readonly firstMs: number;
      readonly longestMs: number;
      readonly calmMs: number;
    },
  ) {
    this.#firstMs = options.firstMs;
    this.#longestMs = options.longestMs;
    this.#calmMs = options.calmMs;
  }

  /** @returns milliseconds until the next turn; 0 where it may be now */
  waitMs(nowMs: number): number {
    if (nowMs - this.#lastMs >= this.#calmMs) return 0;
    return Math.max(0, this.#lastMs + this.#delayMs - nowMs);
  }

  /** A turn was taken. @returns whether turns come as slowly as they ever will, and did not before */
  note(nowMs: number): boolean {
    if (nowMs - this.#lastMs >= this.#calmMs) this.#turns = 0;
    const wasSlowest = this.#delayMs === this.#longestMs;
    this.#turns++;
    this.#lastMs = nowMs;
    return !wasSlowest && this.#delayMs === this.#longestMs;
  }

  get #delayMs(): number {
    if (this.#turns < FREE_TURNS) return 0;
    const doubled = this.#firstMs * 2 ** (this.#turns - FREE_TURNS);
    return Math.min(this.#longestMs, doubled);
  }
}
