/**
 * How much of a log is read at a time, so that nobody in the process waits long for it.
 *
 * What a byte costs is up to whoever writes the log: lines made to be slow cost a thousand times as much as others. So turns
 * end by the clock, and blocks shrink where one takes too long.
 *
 * @module
 */

import { TURN_MS } from "./give_way.ts";

/** A block is to take half a turn at most. */
const BLOCK_MS = TURN_MS / 2;

/** 256 KB of ordinary lines take 0.1-1 ms; larger blocks are no faster. */
export const LARGEST_BLOCK: number = 256 * 1024;

/**
 * A line or two, however slow each is; also before it is known what lines cost. Code that never ran takes many times as long:
 * 40 ms for 16 KB of hostile lines, and 5 to 10 ms for each of the first few.
 */
const SMALLEST_BLOCK = 256;

/** Measures turns and blocks of one log. */
export class Pace {
  readonly #now: () => number;
  #blockBytes = SMALLEST_BLOCK;
  #turnStart = 0;
  #bytesToRead = 0;
  #blockStart = 0;

  /** @param now milliseconds; default the system's clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A turn begins. @param leastBytes of them it is not over before, however long they take */
  beginTurn(leastBytes = 0): void {
    this.#turnStart = this.#now();
    this.#bytesToRead = leastBytes;
  }

  /** @returns bytes that the next block may have; its time runs from now */
  beginBlock(): number {
    this.#blockStart = this.#now();
    this.#bytesToRead -= this.#blockBytes;
    return this.#blockBytes;
  }

  /**
   * The block was handled.
   *
   * @param hasLines whether a line ended in it: a part of one tells nothing of what lines cost
   * @returns whether the turn is over
   */
  endBlock(hasLines: boolean): boolean {
    const now = this.#now();
    const took = now - this.#blockStart;
    if (took > BLOCK_MS) {
      // Even, for characters of two bytes.
      const fitting = 2 * Math.floor(this.#blockBytes * (BLOCK_MS / took) / 2);
      this.#blockBytes = Math.max(SMALLEST_BLOCK, fitting);
    } else if (hasLines && took < BLOCK_MS / 4) {
      this.#blockBytes = Math.min(LARGEST_BLOCK, 2 * this.#blockBytes);
    }
    return now - this.#turnStart >= TURN_MS && this.#bytesToRead <= 0;
  }
}
