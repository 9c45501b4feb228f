/**
 * All bans that are in force, in a compact table with one heap of end times.
 *
 * @module
 */

import { formatNetwork } from "../util/address.ts";
import type { Network } from "../util/address.ts";
import { enlarge } from "./word_arrays.ts";
import { HostTable } from "./host_table.ts";
import { RowChanges } from "./row_changes.ts";
import { TimerHeap } from "./timer_heap.ts";
import type { Ban } from "./types.ts";

/** What a ban is made of, beside host and jail. */
export type BanTerms = Pick<
  Ban,
  "startSeconds" | "endSeconds" | "count" | "failures"
>;

const FIRST_CAPACITY = 64;

/**
 * Bans by jail and host; jails are small numbers here. A ban's timer is its slot's: it goes when the ban goes, so an old
 * timer never ends a newer ban. Bans for ever have none.
 */
export class BanList {
  /** What is to be stored. */
  readonly changes: RowChanges;
  readonly #hosts: HostTable;
  readonly #timers = new TimerHeap();
  /** Bans for ever, by when they began. */
  readonly #forEver = new TimerHeap();
  readonly #countsByJail: number[] = [];
  #starts = new Float64Array(FIRST_CAPACITY);
  #ends = new Float64Array(FIRST_CAPACITY);
  #counts = new Uint32Array(FIRST_CAPACITY);
  #failures = new Uint32Array(FIRST_CAPACITY);

  /**
   * Makes an empty list.
   *
   * @param seed two random words that nobody outside the process knows
   */
  constructor(seed: Uint32Array) {
    this.#hosts = new HostTable({
      capacity: FIRST_CAPACITY,
      seed,
      isGrowable: true,
    });
    this.changes = new RowChanges(this.#hosts);
  }

  /** Bans of all jails. */
  get size(): number {
    return this.#hosts.size;
  }

  /** When the next ban ends; `Infinity` where none will. */
  get soonestEnd(): number {
    return this.#timers.soonestTime;
  }

  /** The ban that ends next, or -1. */
  get soonest(): number {
    return this.#timers.soonest;
  }

  /** The ban that makes room for another: the one that ends next, or the oldest where all are for ever; -1 without bans. */
  get firstToGo(): number {
    return this.#timers.size > 0 ? this.#timers.soonest : this.#forEver.soonest;
  }

  /**
   * Counts by jail.
   *
   * @returns bans of one jail
   */
  countOf(jail: number): number {
    return this.#countsByJail[jail] ?? 0;
  }

  /**
   * Looks up one host or network.
   *
   * @returns the slot of the ban on exactly this host, or -1
   */
  find(host: Network, jail: number): number {
    return this.#hosts.find(host, jail);
  }

  /**
   * Looks up what keeps a host out.
   *
   * @returns the slot of the narrowest ban on this host or a network around it, or -1
   */
  findCovering(host: Network, jail: number): number {
    return this.#hosts.findCovering(host, jail);
  }

  /**
   * Adds a ban on a host that has none in this jail.
   *
   * @returns its slot
   */
  add(host: Network, terms: BanTerms & { readonly jail: number }): number {
    const slot = this.#hosts.insert(host, terms.jail);
    this.#makeRoom();
    this.#starts[slot] = terms.startSeconds;
    this.#counts[slot] = terms.count;
    this.#failures[slot] = terms.failures;
    this.#countsByJail[terms.jail] = this.countOf(terms.jail) + 1;
    this.setEnd(slot, terms.endSeconds);
    return slot;
  }

  /** Gives a ban another end; `Infinity` is for ever. */
  setEnd(slot: number, endSeconds: number): void {
    this.#ends[slot] = endSeconds;
    this.changes.touch(slot);
    if (endSeconds === Infinity) {
      this.#timers.remove(slot);
      this.#forEver.set(slot, this.startOf(slot));
    } else {
      this.#forEver.remove(slot);
      this.#timers.set(slot, endSeconds);
    }
  }

  /** Takes a ban and its timer away. */
  remove(slot: number): void {
    const jail = this.jailOf(slot);
    this.changes.remove(slot);
    this.#hosts.remove(slot);
    this.#timers.remove(slot);
    this.#forEver.remove(slot);
    this.#countsByJail[jail] = this.countOf(jail) - 1;
  }

  /**
   * Reads a ban's beginning.
   *
   * @returns when the ban began, seconds since 1970
   */
  startOf(slot: number): number {
    return this.#starts[slot] ?? 0;
  }

  /**
   * Reads a ban's end.
   *
   * @returns when the ban ends, seconds since 1970
   */
  endOf(slot: number): number {
    return this.#ends[slot] ?? 0;
  }

  /**
   * Reads a ban's jail.
   *
   * @returns the number of the ban's jail
   */
  jailOf(slot: number): number {
    return this.#hosts.scopeOf(slot);
  }

  /**
   * Reads whom a ban is on.
   *
   * @returns a copy of the banned host
   */
  hostOf(slot: number): Network {
    return this.#hosts.networkOf(slot);
  }

  /**
   * Reads all of a ban.
   *
   * @returns a ban that can be kept
   */
  toBan(slot: number, jail: string): Ban {
    const network = this.#hosts.networkOf(slot);
    return {
      jail,
      host: formatNetwork(network),
      words: network.words,
      prefix: network.prefix,
      startSeconds: this.startOf(slot),
      endSeconds: this.endOf(slot),
      count: this.#counts[slot] ?? 0,
      failures: this.#failures[slot] ?? 0,
    };
  }

  /** Goes through all slots, or those of one jail; the current one may be removed meanwhile. */
  *slots(jail?: number): Generator<number, void, void> {
    for (let slot = 0; slot < this.#hosts.end; slot++) {
      if (!this.#hosts.isLive(slot)) continue;
      if (jail === undefined || this.jailOf(slot) === jail) yield slot;
    }
  }

  #makeRoom(): void {
    const { capacity } = this.#hosts;
    if (this.#starts.length >= capacity) return;
    this.#starts = enlarge(this.#starts, capacity);
    this.#ends = enlarge(this.#ends, capacity);
    this.#counts = enlarge(this.#counts, capacity);
    this.#failures = enlarge(this.#failures, capacity);
  }
}
