/**
 * Timers by slot, the soonest first.
 *
 * @module
 */

import { enlarge } from "./word_arrays.ts";

const FIRST_LENGTH = 64;

/** An indexed binary heap: a slot has at most one timer, and setting or removing it is O(log timers). */
export class TimerHeap {
  #times = new Float64Array(FIRST_LENGTH);
  /** Place in the heap by slot, plus 1; 0 where the slot has no timer. */
  #places = new Uint32Array(FIRST_LENGTH);
  #heap = new Uint32Array(FIRST_LENGTH);
  #size = 0;

  /** Timers that are set. */
  get size(): number {
    return this.#size;
  }

  /** The slot whose timer is due first, or -1. */
  get soonest(): number {
    return this.#size > 0 ? this.#heap[0] ?? -1 : -1;
  }

  /** When it is due; `Infinity` where no timer is set. */
  get soonestTime(): number {
    return this.#size > 0 ? this.#times[this.soonest] ?? Infinity : Infinity;
  }

  /** Sets the slot's timer, in place of the one that it had. */
  set(slot: number, time: number): void {
    this.#makeRoom(slot);
    this.#times[slot] = time;
    const place = (this.#places[slot] ?? 0) - 1;
    if (place < 0) return this.#rise(slot, this.#size++);
    this.#settle(slot, place);
  }

  /**
   * Takes the slot's timer away.
   *
   * @returns whether the slot had a timer
   */
  remove(slot: number): boolean {
    const place = (this.#places[slot] ?? 0) - 1;
    if (place < 0) return false;
    this.#places[slot] = 0;
    const last = this.#heap[--this.#size] ?? 0;
    if (last !== slot) this.#settle(last, place);
    return true;
  }

  /** Puts a slot at a place and moves it to where it belongs. */
  #settle(slot: number, place: number): void {
    const parent = this.#heap[(place - 1) >> 1] ?? 0;
    if (place > 0 && this.#isSooner(slot, parent)) this.#rise(slot, place);
    else this.#sink(slot, place);
  }

  #rise(slot: number, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above] ?? 0;
      if (!this.#isSooner(slot, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(slot, place);
  }

  #sink(slot: number, from: number): void {
    let place = from;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= this.#size) break;
      const right = this.#heap[below + 1] ?? 0;
      if (
        below + 1 < this.#size && this.#isSooner(right, this.#heap[below] ?? 0)
      ) below++;
      const child = this.#heap[below] ?? 0;
      if (!this.#isSooner(child, slot)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(slot, place);
  }

  #put(slot: number, place: number): void {
    this.#heap[place] = slot;
    this.#places[slot] = place + 1;
  }

  #isSooner(slot: number, other: number): boolean {
    return (this.#times[slot] ?? 0) < (this.#times[other] ?? 0);
  }

  #makeRoom(slot: number): void {
    let length = this.#times.length;
    if (slot < length) return;
    while (length <= slot) length *= 2;
    this.#times = enlarge(this.#times, length);
    this.#places = enlarge(this.#places, length);
    this.#heap = enlarge(this.#heap, length);
  }
}
