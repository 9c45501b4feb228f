/**
 * Queues of times, one a slot, in blocks from one pool.
 *
 * A host that failed once takes one block of eight times, whatever `max_retry` is; only those that fail often take more.
 * So a jail with `max_retry = 1000` needs no thousand places for each host that it remembers.
 *
 *     slot 7:  start 6, count 5     block 3 [ . . . . . . 100 103 ] ⇄ block 9 [ 103 104 110 . . . . . ]
 *
 * @module
 */

import { smallWords } from "../util/small_arrays.ts";
import { allotWords, enlarge } from "./word_arrays.ts";

/** Times in a block: 32 bytes, and one block holds the usual `max_retry`. */
export const BLOCK_LENGTH = 8;

/** How large the queues' arrays are. */
export interface TimeQueuesOptions {
  /** Slots 0 to `slots - 1` have a queue. */
  readonly slots: number;
  /** Blocks in the pool. */
  readonly blocks: number;
}

/** Times in ascending order by slot; nothing is allocated after construction but by `enlargePool`. */
export class TimeQueues {
  /** First and last block of each slot, plus 1. */
  readonly #heads: Uint32Array;
  readonly #tails: Uint32Array;
  /** Place of the oldest time in the first block. */
  readonly #starts: Uint32Array;
  readonly #counts: Uint32Array;
  /** Neighbouring blocks, plus 1; free blocks are chained through `#newer`. */
  #older: Uint32Array;
  #newer: Uint32Array;
  #times: Uint32Array;
  #blocks: number;
  #end = 0;
  #free = 0;

  /** Allots the queues and their pool at once. */
  constructor(options: TimeQueuesOptions) {
    const { slots, blocks } = options;
    [this.#heads, this.#tails, this.#starts, this.#counts] = allotWords(
      slots,
      slots,
      slots,
      slots,
    );
    this.#older = new Uint32Array(blocks);
    this.#newer = new Uint32Array(blocks);
    this.#times = new Uint32Array(blocks * BLOCK_LENGTH);
    this.#blocks = blocks;
  }

  /** Whether every block of the pool is taken. */
  get isExhausted(): boolean {
    return this.#free === 0 && this.#end === this.#blocks;
  }

  /** Bytes of the queues' arrays, touched or not. */
  get byteLength(): number {
    return this.#heads.byteLength + this.#tails.byteLength +
      this.#starts.byteLength + this.#counts.byteLength +
      this.#older.byteLength + this.#newer.byteLength + this.#times.byteLength;
  }

  /** Makes the pool larger where it is smaller than `blocks`; the queues stay. */
  enlargePool(blocks: number): void {
    if (blocks <= this.#blocks) return;
    this.#older = enlarge(this.#older, blocks);
    this.#newer = enlarge(this.#newer, blocks);
    this.#times = enlarge(this.#times, blocks * BLOCK_LENGTH);
    this.#blocks = blocks;
  }

  /**
   * Counts one queue.
   *
   * @returns how many times the slot's queue holds
   */
  countOf(slot: number): number {
    return this.#counts[slot] ?? 0;
  }

  /**
   * Reads the front of a queue.
   *
   * @returns the earliest time of a queue that is not empty
   */
  oldestOf(slot: number): number {
    const head = (this.#heads[slot] ?? 1) - 1;
    return this.#times[head * BLOCK_LENGTH + (this.#starts[slot] ?? 0)] ?? 0;
  }

  /**
   * Reads the end of a queue.
   *
   * @returns the latest time of a queue that is not empty
   */
  newestOf(slot: number): number {
    const tail = (this.#tails[slot] ?? 1) - 1;
    return this.#times[tail * BLOCK_LENGTH + this.#lastPlace(slot)] ?? 0;
  }

  /**
   * Reads the place before the end of a queue.
   *
   * @returns the latest time but one of a queue of at least two
   */
  secondNewestOf(slot: number): number {
    const tail = (this.#tails[slot] ?? 1) - 1;
    return this
      .#times[this.#before(tail * BLOCK_LENGTH + this.#lastPlace(slot))] ??
      0;
  }

  /**
   * Reads a whole queue.
   *
   * @returns a copy of its times in ascending order
   */
  toArray(slot: number): Uint32Array<ArrayBuffer> {
    const times = smallWords(this.countOf(slot));
    let at = ((this.#tails[slot] ?? 1) - 1) * BLOCK_LENGTH +
      this.#lastPlace(slot);
    for (let i = times.length - 1; i >= 0; i--) {
      times[i] = this.#times[at] ?? 0;
      if (i > 0) at = this.#before(at);
    }
    return times;
  }

  /**
   * Looks ahead, so that the caller can free a block first.
   *
   * @returns whether `push` on this slot will take a block from the pool
   */
  needsBlock(slot: number): boolean {
    return this.#nextPlace(slot) === 0;
  }

  /**
   * Puts a time where it belongs; the pool must have a block where one is needed. O(1) for a time not earlier than the
   * newest, else O(times that are later).
   *
   * @returns whether a later time was there already
   */
  push(slot: number, time: number): boolean {
    const place = this.#nextPlace(slot);
    if (place === 0) this.#appendBlock(slot);
    const count = this.#counts[slot] ?? 0;
    this.#counts[slot] = count + 1;
    let at = ((this.#tails[slot] ?? 1) - 1) * BLOCK_LENGTH + place;
    let earlier = count;
    for (; earlier > 0; earlier--) {
      const before = this.#before(at);
      const other = this.#times[before] ?? 0;
      if (other <= time) break;
      this.#times[at] = other;
      at = before;
    }
    this.#times[at] = time;
    return earlier < count;
  }

  /** Drops the earliest time of a queue that is not empty. */
  dropOldest(slot: number): void {
    const count = (this.#counts[slot] ?? 0) - 1;
    if (count <= 0) return this.clear(slot);
    this.#counts[slot] = count;
    const start = (this.#starts[slot] ?? 0) + 1;
    this.#starts[slot] = start % BLOCK_LENGTH;
    if (start < BLOCK_LENGTH) return;
    const head = (this.#heads[slot] ?? 1) - 1;
    this.#heads[slot] = this.#newer[head] ?? 0;
    this.#freeBlock(head);
  }

  /** Empties a queue and gives its blocks back. */
  clear(slot: number): void {
    let block = this.#heads[slot] ?? 0;
    const tail = this.#tails[slot] ?? 0;
    while (block > 0) {
      const next = block === tail ? 0 : this.#newer[block - 1] ?? 0;
      this.#freeBlock(block - 1);
      block = next;
    }
    this.#heads[slot] = 0;
    this.#tails[slot] = 0;
    this.#starts[slot] = 0;
    this.#counts[slot] = 0;
  }

  #lastPlace(slot: number): number {
    return ((this.#starts[slot] ?? 0) + (this.#counts[slot] ?? 0) - 1) %
      BLOCK_LENGTH;
  }

  #nextPlace(slot: number): number {
    return ((this.#starts[slot] ?? 0) + (this.#counts[slot] ?? 0)) %
      BLOCK_LENGTH;
  }

  /** @returns the index in `#times` of the place before this one */
  #before(at: number): number {
    if (at % BLOCK_LENGTH > 0) return at - 1;
    const block = this.#older[at / BLOCK_LENGTH] ?? 1;
    return block * BLOCK_LENGTH - 1;
  }

  #appendBlock(slot: number): void {
    const block = this.#takeBlock();
    const tail = this.#tails[slot] ?? 0;
    this.#older[block] = tail;
    if (tail > 0) this.#newer[tail - 1] = block + 1;
    else this.#heads[slot] = block + 1;
    this.#tails[slot] = block + 1;
  }

  #takeBlock(): number {
    if (this.#free === 0) {
      if (this.#end === this.#blocks) {
        throw new RangeError(
          `Cannot take a block from a pool of "${this.#blocks}": exhausted, expected a free block`,
        );
      }
      return this.#end++;
    }
    const block = this.#free - 1;
    this.#free = this.#newer[block] ?? 0;
    return block;
  }

  #freeBlock(block: number): void {
    this.#newer[block] = this.#free;
    this.#free = block + 1;
  }
}
