/**
 * Answers that hold for a while.
 *
 * @module
 */

import type { IgnoreCache } from "../config/types.ts";

interface Answer {
  readonly isIgnored: boolean;
  readonly endSeconds: number;
}

/** Remembers so many answers; the oldest makes room. */
export class AnswerCache {
  readonly #bounds: IgnoreCache;
  readonly #answers = new Map<string, Answer>();

  constructor(bounds: IgnoreCache) {
    this.#bounds = bounds;
  }

  /** @returns whether the failure is to be ignored; undefined where that is not known */
  get(key: string, nowSeconds: number): boolean | undefined {
    const answer = this.#answers.get(key);
    if (answer === undefined || nowSeconds < answer.endSeconds) {
      return answer?.isIgnored;
    }
    this.#answers.delete(key);
    return undefined;
  }

  /** Remembers an answer from now on. */
  set(key: string, isIgnored: boolean, nowSeconds: number): void {
    const { maxCount, maxTimeSeconds } = this.#bounds;
    if (maxTimeSeconds === 0) return;
    this.#answers.delete(key);
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined && this.#answers.size >= maxCount) {
      this.#answers.delete(oldest);
    }
    const endSeconds = nowSeconds + maxTimeSeconds;
    this.#answers.set(key, { isIgnored, endSeconds });
  }
}
