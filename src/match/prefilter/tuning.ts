/**
 * When to choose the windows of literals anew, by the log itself.
 *
 * @module
 */

/** Bytes before the first time; before each further one sixteen times as many, so that no log makes it a habit. */
const FIRST_BYTES = 64 << 10;
const GROWTH = 16;

/** One comparison in vain for so many bytes costs a tenth of what the search does. */
const BYTES_A_WRONG = 256;

/** Fewer say little of a log. */
const LEAST_SAMPLE_BYTES = 4 << 10;

/** More take longer, and say hardly more. */
const MOST_SAMPLE_BYTES = 32 << 10;

/** Watches how many comparisons are in vain. */
export class Tuning {
  #bytes = 0;
  #dueAt = FIRST_BYTES;
  #wrongBefore = 0;

  /**
   * Told of each piece before it is searched.
   *
   * @param wrongCount comparisons in vain so far
   * @returns what to choose by, when it is time
   */
  sampleOf(piece: Uint8Array, wrongCount: number): Uint8Array | undefined {
    const isDue = this.#bytes >= this.#dueAt &&
      piece.length >= LEAST_SAMPLE_BYTES;
    this.#bytes += piece.length;
    if (!isDue) return undefined;
    const isCostly =
      (wrongCount - this.#wrongBefore) * BYTES_A_WRONG > this.#bytes;
    this.#wrongBefore = wrongCount;
    this.#bytes = piece.length;
    this.#dueAt *= GROWTH;
    return isCostly ? piece.subarray(0, MOST_SAMPLE_BYTES) : undefined;
  }
}
