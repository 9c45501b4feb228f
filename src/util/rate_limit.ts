/**
 * Keeps what strangers can cause from filling a log.
 *
 * @module
 */

/** Lets so many through at once, and then one each so often. */
export class RateLimit {
  readonly #burst: number;
  readonly #intervalSeconds: number;
  #tokens: number;
  #seconds = 0;
  #held = 0;

  /** @param options `intervalSeconds`: after which time one more may pass */
  constructor(
    options: { readonly burst: number; readonly intervalSeconds: number },
  ) {
    this.#burst = options.burst;
    this.#intervalSeconds = options.intervalSeconds;
    this.#tokens = options.burst;
  }

  /** @returns how many were held back since the last that passed, or undefined where this one is held back */
  pass(nowSeconds: number): number | undefined {
    const grown = Math.max(0, nowSeconds - this.#seconds) /
      this.#intervalSeconds;
    this.#tokens = Math.min(this.#burst, this.#tokens + grown);
    this.#seconds = nowSeconds;
    if (this.#tokens < 1) {
      this.#held++;
      return undefined;
    }
    this.#tokens--;
    const held = this.#held;
    this.#held = 0;
    return held;
  }
}
