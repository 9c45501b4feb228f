/**
 * Slots in the order in which they were last used.
 *
 * @module
 */

import { allotWords } from "./word_arrays.ts";

/** How many slots there are, and in how many lists they may stand. */
export interface RecencyListOptions {
  /** Slots 0 to `capacity - 1` can be listed. */
  readonly capacity: number;
  /** A slot stands in one list at a time; 1 to 256, default 1. */
  readonly lists?: number;
}

/** Doubly linked lists through arrays indexed by slot; every operation is O(1) and allocates nothing. */
export class RecencyList {
  /** Neighbours, plus 1; 0 where there is none. */
  readonly #older: Uint32Array;
  readonly #newer: Uint32Array;
  /** Which list a slot is in. */
  readonly #lists: Uint8Array;
  /** Ends by list, plus 1. */
  readonly #oldest: Uint32Array;
  readonly #newest: Uint32Array;
  readonly #sizes: Uint32Array;

  /** Makes empty lists. */
  constructor({ capacity, lists = 1 }: RecencyListOptions) {
    [this.#older, this.#newer] = allotWords(capacity, capacity);
    this.#lists = new Uint8Array(lists > 1 ? capacity : 0);
    [this.#oldest, this.#newest, this.#sizes] = allotWords(lists, lists, lists);
  }

  /** Bytes of the arrays, touched or not. */
  get byteLength(): number {
    return this.#older.byteLength + this.#newer.byteLength +
      this.#lists.byteLength;
  }

  /**
   * Reads a list's end.
   *
   * @returns the slot that was not used for longest, or -1
   */
  oldest(list = 0): number {
    return (this.#oldest[list] ?? 0) - 1;
  }

  /**
   * Counts one list.
   *
   * @returns slots in it
   */
  sizeOf(list = 0): number {
    return this.#sizes[list] ?? 0;
  }

  /**
   * Tells where a listed slot stands.
   *
   * @returns the list that it is in
   */
  listOf(slot: number): number {
    return this.#lists[slot] ?? 0;
  }

  /**
   * Steps towards the newest.
   *
   * @returns the slot of the same list used next after this one, or -1
   */
  newerThan(slot: number): number {
    return (this.#newer[slot] ?? 0) - 1;
  }

  /** Lists a slot that is in no list, as the newest. */
  add(slot: number, list = 0): void {
    const newest = this.#newest[list] ?? 0;
    this.#older[slot] = newest;
    this.#newer[slot] = 0;
    this.#lists[slot] = list;
    if (newest > 0) this.#newer[newest - 1] = slot + 1;
    else this.#oldest[list] = slot + 1;
    this.#newest[list] = slot + 1;
    this.#sizes[list] = this.sizeOf(list) + 1;
  }

  /** Makes a listed slot the newest, of this list. */
  touch(slot: number, list = 0): void {
    if (this.#newest[list] === slot + 1) return;
    this.remove(slot);
    this.add(slot, list);
  }

  /** Takes a listed slot out. */
  remove(slot: number): void {
    const list = this.#lists[slot] ?? 0;
    const older = this.#older[slot] ?? 0;
    const newer = this.#newer[slot] ?? 0;
    if (older > 0) this.#newer[older - 1] = newer;
    else this.#oldest[list] = newer;
    if (newer > 0) this.#older[newer - 1] = older;
    else this.#newest[list] = older;
    this.#sizes[list] = this.sizeOf(list) - 1;
  }
}
