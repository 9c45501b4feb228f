/**
 * Measures how long the event loop is held up while there is work.
 *
 * A timer that is late by so much was kept waiting for so long, and so was everybody else. It runs while there is work, and
 * an idle process is not woken by it.
 *
 * @module
 */

/** Pauses are known to within this; each look takes some 10 µs. */
const LOOK_MS = 5;
/** So long after the last work it stops. */
const LINGER_MS = 1000;

/** See the module. */
export class LoopMeter {
  readonly #now: () => number;
  #longestMs = 0;
  #lastMs = 0;
  #workMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param now milliseconds; default the system's clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The longest time that a timer was late, in milliseconds. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** There is work. */
  touch(): void {
    this.#workMs = this.#now();
    if (this.#timer === undefined) this.#wait();
  }

  /** It measures no more, until there is work again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    this.#lastMs = this.#now();
    this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  #look(): void {
    const now = this.#now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#lastMs - LOOK_MS);
    this.#timer = undefined;
    if (now - this.#workMs < LINGER_MS) this.#wait();
  }
}
