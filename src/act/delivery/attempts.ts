/**
 * When something that failed may be tried again.
 *
 * @module
 */

import { backoffSeconds } from "./backoff.ts";
import type { Surroundings } from "./types.ts";

/** Failures in a row, and the pause that they ask for. */
export class Attempts {
  readonly #around: Pick<Surroundings, "nowSeconds" | "random">;
  #failures = 0;
  #notBeforeSeconds = 0;

  /** Nothing has failed yet. */
  constructor(around: Pick<Surroundings, "nowSeconds" | "random">) {
    this.#around = around;
  }

  /** In a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Seconds since 1970 of the next try; in the past where nothing failed. */
  get notBeforeSeconds(): number {
    return this.#notBeforeSeconds;
  }

  /** The pause after the next failure will be longer. */
  fail(): void {
    this.#failures++;
    this.#notBeforeSeconds = this.#around.nowSeconds() +
      backoffSeconds(this.#failures, this.#around.random());
  }

  /** Nothing is waited for any more. */
  succeed(): void {
    this.#failures = 0;
    this.#notBeforeSeconds = 0;
  }

  /** Whoever was asked named the time. */
  waitUntil(seconds: number): void {
    this.#notBeforeSeconds = seconds;
  }
}
