/**
 * The failures of one jail, in bounded memory.
 *
 * For each host the times of its last `max_retry` failures are kept, in order of their stamps. The threshold is reached
 * when that many lie within `find_time`, both ends included, by the log's own clock. When there is no room a host that is
 * far from the threshold is forgotten (`eviction.ts`).
 *
 * Lines that come late are put in their place: beside the newest `max_retry` times, the window that a late stamp completes
 * just before its oldest time falls out is looked at too. So a late line never makes a threshold that is none, and hides one only if
 * `max_retry` failures dated later had come before it.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import { Eviction, RANKS } from "./eviction.ts";
import { HostTable } from "./host_table.ts";
import { RowChanges } from "./row_changes.ts";
import { BLOCK_LENGTH, TimeQueues } from "./time_queues.ts";
import type { FailureRow } from "./types.ts";

/** What makes a threshold. */
export interface Threshold {
  /** Failures, from 1. */
  readonly maxRetry: number;
  /** Seconds in which they have to happen. */
  readonly findTimeSeconds: number;
}

/** How a failure table is laid out. */
export interface FailureTableOptions extends Threshold {
  /** Hosts that are remembered at most, from 1. */
  readonly maxTracked: number;
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
}

/** A host and its failures that still count. */
export type HostFailures = Omit<FailureRow, "jail">;

/** A host and when it failed. */
export interface DatedHost extends Network {
  /** Seconds since 1970, by the log's clock. */
  readonly timeSeconds: number;
}

/**
 * Blocks in the pool of times at most (8 MB of times), unless `max_tracked` needs more: 65,536 hosts may have up to 32
 * times each, or 2,080 of them a thousand, before one is forgotten early.
 */
const POOL_BLOCKS = 2 ** 18;

/** Stale hosts that one failure clears away at most: more than it adds, so that they do not pile up. */
const PRUNE_STEPS = 2;

/** Who failed how often lately. */
export class FailureTable {
  /** What is to be stored. */
  readonly changes: RowChanges;
  /** Hosts that were forgotten because there was no room. */
  evicted = 0;
  readonly #hosts: HostTable;
  readonly #eviction: Eviction;
  readonly #times: TimeQueues;
  #maxRetry: number;
  #findTimeSeconds: number;

  /** Allots all memory at once. */
  constructor(options: FailureTableOptions) {
    const { maxTracked, maxRetry, findTimeSeconds, seed } = options;
    this.#hosts = new HostTable({ capacity: maxTracked, seed });
    this.changes = new RowChanges(this.#hosts);
    this.#eviction = new Eviction(maxTracked);
    this.#eviction.maxRetry = maxRetry;
    const blocks = poolBlocks(maxTracked, maxRetry);
    this.#times = new TimeQueues({ slots: maxTracked, blocks });
    this.#maxRetry = maxRetry;
    this.#findTimeSeconds = findTimeSeconds;
  }

  /** Hosts that are remembered. */
  get size(): number {
    return this.#hosts.size;
  }

  /** Bytes of the table's arrays, touched or not; constant but for `setThreshold`. */
  get byteLength(): number {
    return this.#hosts.byteLength + this.#eviction.byteLength +
      this.#times.byteLength;
  }

  /**
   * Counts a failure. A stamp in the future counts as now.
   *
   * @returns whether the threshold is reached; the host is forgotten then
   */
  record(failure: DatedHost, nowSeconds: number): boolean {
    const time = toStamp(Math.min(failure.timeSeconds, nowSeconds));
    this.#prune(time, PRUNE_STEPS);
    if (this.#maxRetry <= 1) {
      this.forget(failure);
      return true;
    }
    const slot = this.#slotFor(failure);
    // No stamp was later than its now: this one is from before the clock was set back, and no window would ever close
    if (
      this.#times.countOf(slot) > 0 &&
      this.#times.newestOf(slot) > nowSeconds + this.#findTimeSeconds
    ) {
      this.#times.clear(slot);
    }
    this.#makeRoom(slot);
    const isLate = this.#times.push(slot, time);
    if (!this.#isReached(slot, isLate)) {
      this.#eviction.touch(slot, this.#times.countOf(slot));
      this.changes.touch(slot);
      return false;
    }
    this.#drop(slot);
    return true;
  }

  /** Takes over a host's failures from before, in ascending order: the latest ones, as many as fit. */
  restore({ host, times }: HostFailures): void {
    if (this.#hosts.find(host) >= 0 || times.length === 0) return;
    const slot = this.#slotFor(host);
    for (const time of times.slice(-this.#maxRetry)) {
      this.#makeRoom(slot);
      this.#times.push(slot, time);
    }
    this.#eviction.touch(slot, this.#times.countOf(slot));
  }

  /**
   * Reads one host's failures.
   *
   * @returns seconds since 1970, in ascending order; empty where the host is not remembered
   */
  timesOf(host: Network): Uint32Array {
    const slot = this.#hosts.find(host);
    return slot < 0 ? new Uint32Array(0) : this.#times.toArray(slot);
  }

  /**
   * Reads a row that is to be stored.
   *
   * @returns the host of a slot, and when it failed
   */
  rowOf(slot: number): HostFailures {
    return {
      host: this.#hosts.networkOf(slot),
      times: this.#times.toArray(slot),
    };
  }

  /**
   * Forgets one host's failures.
   *
   * @returns whether the host was remembered
   */
  forget(host: Network): boolean {
    const slot = this.#hosts.find(host);
    if (slot < 0) return false;
    this.#drop(slot);
    return true;
  }

  /**
   * Forgets some of a host's failures.
   *
   * @param times when they were; each is forgotten once
   * @returns how many there were
   */
  forgive(host: Network, times: readonly number[]): number {
    const slot = this.#hosts.find(host);
    if (slot < 0 || times.length === 0) return 0;
    const known = this.#times.toArray(slot);
    const left = [...known];
    for (const time of times) {
      const at = left.indexOf(time);
      if (at >= 0) left.splice(at, 1);
    }
    if (left.length === 0) this.#drop(slot);
    else {
      this.#times.clear(slot);
      for (const time of left) this.#times.push(slot, time);
      this.changes.touch(slot);
    }
    return known.length - left.length;
  }

  /** Goes over to another threshold; the latest times of each host are kept, as many as fit. */
  setThreshold(threshold: Threshold): void {
    const { maxRetry, findTimeSeconds } = threshold;
    this.#maxRetry = maxRetry;
    this.#eviction.maxRetry = maxRetry;
    this.#findTimeSeconds = findTimeSeconds;
    this.#times.enlargePool(poolBlocks(this.#hosts.capacity, maxRetry));
  }

  /** Forgets the hosts whose failures can be part of no window any more, from the one that failed longest ago. */
  prune(nowSeconds: number): void {
    this.#prune(nowSeconds, this.#hosts.size);
  }

  /**
   * Counts over all hosts: for a status, not for each failure.
   *
   * @returns how many hosts failed within the find time before now
   */
  countFailing(nowSeconds: number): number {
    const since = nowSeconds - this.#findTimeSeconds;
    let count = 0;
    for (const slot of this.#eviction.slots()) {
      if (this.#times.newestOf(slot) >= since) count++;
    }
    return count;
  }

  /** A line is at most one find time late, so a host is stale after two: only then no late line can complete a window. */
  #prune(nowSeconds: number, steps: number): void {
    const limit = nowSeconds - 2 * this.#findTimeSeconds;
    for (let rank = 0; rank < RANKS; rank++) {
      for (let step = 0; step < steps; step++) {
        const slot = this.#eviction.oldest(rank);
        if (slot < 0 || this.#times.newestOf(slot) >= limit) break;
        this.#drop(slot);
      }
    }
  }

  #slotFor(host: Network): number {
    const found = this.#hosts.find(host);
    if (found >= 0) return found;
    if (this.#hosts.size === this.#hosts.capacity) this.#evict();
    const slot = this.#hosts.insert(host);
    this.#eviction.add(slot);
    return slot;
  }

  /** The pool is never smaller than what one host needs. */
  #makeRoom(slot: number): void {
    while (this.#times.isExhausted && this.#times.needsBlock(slot)) {
      this.#evict(slot);
    }
  }

  #isReached(slot: number, isLate: boolean): boolean {
    const times = this.#times;
    let isReached = false;
    for (let over = times.countOf(slot) - this.#maxRetry; over > 0; over--) {
      isReached = isLate && over === 1 &&
        times.secondNewestOf(slot) - times.oldestOf(slot) <=
          this.#findTimeSeconds;
      times.dropOldest(slot);
    }
    return isReached || times.countOf(slot) === this.#maxRetry &&
        times.newestOf(slot) - times.oldestOf(slot) <= this.#findTimeSeconds;
  }

  #evict(spared?: number): void {
    this.#drop(this.#eviction.choose(spared));
    this.evicted++;
  }

  #drop(slot: number): void {
    this.changes.remove(slot);
    this.#times.clear(slot);
    this.#eviction.remove(slot);
    this.#hosts.remove(slot);
  }
}

/** @returns whole seconds that fit an unsigned word: up to the year 2106 */
export function toStamp(seconds: number): number {
  const whole = Math.floor(seconds);
  return whole > 0 ? Math.min(whole, 0xffffffff) : 0;
}

/** A queue holds one time more than `max_retry` for a moment, and may begin anywhere in its first block. */
function poolBlocks(maxTracked: number, maxRetry: number): number {
  const blocksPerHost = Math.ceil(maxRetry / BLOCK_LENGTH) + 1;
  return Math.max(
    blocksPerHost,
    Math.min(
      maxTracked * blocksPerHost,
      Math.max(POOL_BLOCKS, 2 * maxTracked),
    ),
  );
}
