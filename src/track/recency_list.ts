/**
 * Slots in the order in which they were last used.
 *
 * @module
 */

import { allotWords } from "./word_arrays.ts";

/** A doubly linked list through arrays indexed by slot; every operation is O(1) and allocates nothing. */
export class RecencyList {
  /** Neighbours, plus 1; 0 where there is none. */
  readonly #older: Uint32Array;
  readonly #newer: Uint32Array;
  #oldest = 0;
  #newest = 0;

  /**
   * Makes an empty list.
   *
   * @param capacity slots 0 to `capacity - 1` can be listed
   */
  constructor(capacity: number) {
    [this.#older, this.#newer] = allotWords(capacity, capacity);
  }

  /** The slot that was not used for longest, or -1. */
  get oldest(): number {
    return this.#oldest - 1;
  }

  /** Bytes of the list's arrays, touched or not. */
  get byteLength(): number {
    return this.#older.byteLength + this.#newer.byteLength;
  }

  /**
   * Steps towards the newest.
   *
   * @returns the slot used next after this one, or -1
   */
  newerThan(slot: number): number {
    return (this.#newer[slot] ?? 0) - 1;
  }

  /** Lists a slot that is not in the list, as the newest. */
  add(slot: number): void {
    this.#older[slot] = this.#newest;
    this.#newer[slot] = 0;
    if (this.#newest > 0) this.#newer[this.#newest - 1] = slot + 1;
    else this.#oldest = slot + 1;
    this.#newest = slot + 1;
  }

  /** Makes a listed slot the newest. */
  touch(slot: number): void {
    if (this.#newest === slot + 1) return;
    this.remove(slot);
    this.add(slot);
  }

  /** Takes a listed slot out. */
  remove(slot: number): void {
    const older = this.#older[slot] ?? 0;
    const newer = this.#newer[slot] ?? 0;
    if (older > 0) this.#newer[older - 1] = newer;
    else this.#oldest = newer;
    if (newer > 0) this.#older[newer - 1] = older;
    else this.#newest = older;
  }
}
