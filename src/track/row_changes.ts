/**
 * Which rows of a host table are not stored as they are now.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import type { HostTable } from "./host_table.ts";
import { enlarge } from "./word_arrays.ts";

/** What becomes of the rows, by slot; no `put` comes before a `remove` that is due. */
export interface RowVisitor {
  /** No row that is stored can be relied on: all go, and `put` follows for every row there is. */
  clear(): void;
  /** The row of this slot is to be stored as it is now. */
  put(slot: number): void;
  /** The row of this host goes; its slot may hold another one by now. */
  remove(host: Network, scope: number): void;
}

const CHANGED = 1;
const STORED = 2;

/** Words of a host that was removed: its address, its prefix, its scope. */
const KEY_WORDS = 6;

/** Changes that are remembered one by one at most; beyond it all rows are stored anew. */
const MOST_CHANGES = 1 << 17;

/**
 * Follows the changes of one table, in bounded memory.
 *
 * Nothing is remembered until somebody stores rows, and nothing more than a bit when that fails for long: then all rows
 * count as changed, and are stored anew once it works again.
 */
export class RowChanges {
  readonly #hosts: HostTable;
  #flags: Uint8Array;
  #changed = new Uint32Array(256);
  #changedCount = 0;
  #removed = new Uint32Array(64 * KEY_WORDS);
  #removedCount = 0;
  #isAll = true;
  /** Where all rows are handed over: the slot that is next. Those behind it need not be remembered one by one. */
  #next = Infinity;

  /** Follows `hosts`, whose owner tells of each change. */
  constructor(hosts: HostTable) {
    this.#hosts = hosts;
    this.#flags = new Uint8Array(0);
  }

  /** Changes since the last time, each at least once; `Infinity` where all rows are to be stored. */
  get size(): number {
    if (this.#isAll) return Infinity;
    const unswept = Math.max(0, this.#hosts.end - this.#next);
    return this.#changedCount + this.#removedCount + unswept;
  }

  /** From now on changes are remembered: what is in the table now is stored already. */
  begin(): void {
    this.#beginSweep();
    this.#next = Infinity;
    const { size, end } = this.#hosts;
    this.#flags.fill(STORED, 0, end);
    for (let slot = 0; slot < end && size < end; slot++) {
      if (!this.#hosts.isLive(slot)) this.#flags[slot] = 0;
    }
  }

  /** What was stored cannot be relied on any more. */
  loseTrack(): void {
    this.#isAll = true;
    this.#flags = new Uint8Array(0);
    this.#forgetChanges();
  }

  /** The row of this slot is new or another. */
  touch(slot: number): void {
    if (this.#isAll || slot >= this.#next) return;
    if (slot >= this.#flags.length) {
      this.#flags = enlarge(this.#flags, this.#hosts.capacity);
    }
    const flags = this.#flags[slot] ?? 0;
    if ((flags & CHANGED) !== 0) return;
    this.#flags[slot] = flags | CHANGED;
    this.#noteChange(slot);
  }

  /** The row of this slot is about to go. */
  remove(slot: number): void {
    if (this.#isAll) return;
    const flags = this.#flags[slot] ?? 0;
    this.#flags[slot] = 0;
    if ((flags & STORED) !== 0) this.#noteRemoval(slot);
  }

  /**
   * Hands over what changed, and counts it as stored; `loseTrack` takes that back.
   *
   * @param most rows; what is left comes the next time
   * @returns how many were handed over
   */
  drain(visitor: RowVisitor, most = Infinity): number {
    if (this.#isAll) {
      visitor.clear();
      this.#beginSweep();
    }
    const removed = this.#drainRemovals(visitor, most);
    if (this.#removedCount > 0) return removed;
    const changed = this.#drainChanges(visitor, most - removed);
    return removed + changed + this.#sweep(visitor, most - removed - changed);
  }

  #beginSweep(): void {
    this.#isAll = false;
    this.#flags = new Uint8Array(this.#hosts.capacity);
    this.#next = 0;
    this.#forgetChanges();
  }

  #drainRemovals(visitor: RowVisitor, most: number): number {
    const count = Math.min(this.#removedCount, most);
    for (let i = 0; i < count; i++) {
      const at = i * KEY_WORDS;
      const words = this.#removed.slice(at, at + 4);
      const prefix = this.#removed[at + 4] ?? 0;
      visitor.remove({ words, prefix }, this.#removed[at + 5] ?? 0);
    }
    this.#removed.copyWithin(
      0,
      count * KEY_WORDS,
      this.#removedCount * KEY_WORDS,
    );
    this.#removedCount -= count;
    return count;
  }

  #drainChanges(visitor: RowVisitor, most: number): number {
    let count = 0;
    let at = 0;
    for (; at < this.#changedCount && count < most; at++) {
      const slot = this.#changed[at] ?? 0;
      if (((this.#flags[slot] ?? 0) & CHANGED) === 0) continue;
      this.#flags[slot] = STORED;
      visitor.put(slot);
      count++;
    }
    this.#changed.copyWithin(0, at, this.#changedCount);
    this.#changedCount -= at;
    return count;
  }

  #sweep(visitor: RowVisitor, most: number): number {
    let count = 0;
    for (; this.#next < this.#hosts.end && count < most; this.#next++) {
      const slot = this.#next;
      if (!this.#hosts.isLive(slot)) continue;
      if (slot >= this.#flags.length) {
        this.#flags = enlarge(this.#flags, this.#hosts.capacity);
      }
      this.#flags[slot] = STORED;
      visitor.put(slot);
      count++;
    }
    if (this.#next >= this.#hosts.end && count < most) this.#next = Infinity;
    return count;
  }

  #noteChange(slot: number): void {
    if (this.#changedCount === MOST_CHANGES) return this.loseTrack();
    if (this.#changedCount === this.#changed.length) {
      this.#changed = enlarge(this.#changed, 2 * this.#changedCount);
    }
    this.#changed[this.#changedCount++] = slot;
  }

  #noteRemoval(slot: number): void {
    if (this.#removedCount === MOST_CHANGES) return this.loseTrack();
    const at = this.#removedCount++ * KEY_WORDS;
    if (at === this.#removed.length) {
      this.#removed = enlarge(this.#removed, 2 * at);
    }
    const { words, prefix } = this.#hosts.networkOf(slot);
    this.#removed.set(words, at);
    this.#removed[at + 4] = prefix;
    this.#removed[at + 5] = this.#hosts.scopeOf(slot);
  }

  #forgetChanges(): void {
    this.#changedCount = 0;
    this.#removedCount = 0;
  }
}
