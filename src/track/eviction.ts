/**
 * Who is forgotten when there is no room for a new host.
 *
 * Hosts stand in ranks by how near they are to the threshold. The lowest rank gives way first, so that a flood of hosts that
 * fail once forgets those, and not the few that fail again and again. But each rank keeps a share of the table: hosts that
 * fail often and stop short of the threshold must not keep newcomers from being counted at all.
 *
 *     max_retry 5      failures 1 2 3 4   →   rank 0 1 2 3
 *     max_retry 100    failures 1-25, 26-50, 51-75, 76-99   →   rank 0 1 2 3
 *
 * @module
 */

import { RecencyList } from "./recency_list.ts";

/** Ranks; each costs a look a choice. */
export const RANKS = 4;

/** A rank is safe from the ones above it as long as it has no more than this part of the table. */
const SHARE = 1 / (2 * RANKS);

/** Slots by rank, and in each by when they were last used. */
export class Eviction {
  readonly #lists: RecencyList;
  readonly #quota: number;
  #maxRetry = 1;

  /**
   * Makes empty ranks.
   *
   * @param capacity slots 0 to `capacity - 1` can stand in them
   */
  constructor(capacity: number) {
    this.#lists = new RecencyList({ capacity, lists: RANKS });
    this.#quota = Math.floor(capacity * SHARE);
  }

  /** Bytes of the arrays, touched or not. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  /** The failures that lead to a ban; slots go over to new ranks as they are used. */
  set maxRetry(value: number) {
    this.#maxRetry = value;
  }

  /** Takes in a slot with one failure. */
  add(slot: number): void {
    this.#lists.add(slot);
  }

  /** A slot was used, and has this many failures now. */
  touch(slot: number, failures: number): void {
    this.#lists.touch(slot, this.#rankOf(failures));
  }

  /** Takes a slot out. */
  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  /**
   * Chooses.
   *
   * @param spared a slot that must stay, or -1
   * @returns the slot to be forgotten, or -1 where there is none
   */
  choose(spared = -1): number {
    let otherwise = -1;
    for (let rank = 0; rank < RANKS; rank++) {
      let slot = this.#lists.oldest(rank);
      if (slot >= 0 && slot === spared) slot = this.#lists.newerThan(slot);
      if (slot < 0) continue;
      if (this.#lists.sizeOf(rank) > this.#quota) return slot;
      if (otherwise < 0) otherwise = slot;
    }
    return otherwise;
  }

  /** Goes through all slots, in each rank from the one that was not used for longest; the current one may be removed. */
  *slots(): Generator<number, void, void> {
    for (let rank = 0; rank < RANKS; rank++) {
      let slot = this.#lists.oldest(rank);
      while (slot >= 0) {
        const next = this.#lists.newerThan(slot);
        yield slot;
        slot = next;
      }
    }
  }

  /** @returns the slot of a rank that was not used for longest, or -1 */
  oldest(rank: number): number {
    return this.#lists.oldest(rank);
  }

  #rankOf(failures: number): number {
    if (failures <= 1) return 0;
    const part = (failures - 1) / Math.max(1, this.#maxRetry - 1);
    return Math.min(RANKS - 1, Math.floor(part * RANKS));
  }
}
