/**
 * When to choose the windows of literals anew, by the log itself.
 *
 * @module
 */

/**
 * Places looked at in vain, 9-20 ns each, that cost about as much as choosing anew does, 5-18 ms. Whoever waits until then
 * never spends much more than twice what was to be spent anyhow, however long the log is and whoever writes it.
 */
const WRONG_TO_PAY = 400_000;

/** Each time it has to be worth so much more: what was chosen before may be as good as it gets. */
const PATIENCE = 2;

/** Fewer say little of a log. */
const LEAST_SAMPLE_BYTES = 4 << 10;

/** More take longer, and say hardly more. */
const MOST_SAMPLE_BYTES = 32 << 10;

/** Watches how many places are looked at in vain. */
export class Tuning {
  #wrongBefore = 0;
  #wrongToPay = WRONG_TO_PAY;

  /**
   * Told of each piece before it is searched.
   *
   * @param wrongCount places looked at in vain so far
   * @returns what to choose by, when it is time
   */
  sampleOf(piece: Uint8Array, wrongCount: number): Uint8Array | undefined {
    if (wrongCount - this.#wrongBefore < this.#wrongToPay) return undefined;
    if (piece.length < LEAST_SAMPLE_BYTES) return undefined;
    this.#wrongToPay *= PATIENCE;
    this.#wrongBefore = wrongCount;
    return piece.subarray(0, MOST_SAMPLE_BYTES);
  }
}
