/**
 * How often hosts were banned, in bounded memory.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import { HostTable } from "./host_table.ts";
import { RecencyList } from "./recency_list.ts";
import { RowChanges } from "./row_changes.ts";

/** How the table of counts is laid out. */
export interface BanCountsOptions {
  /** Hosts that are remembered at most, of all jails. */
  readonly capacity: number;
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
}

/** What is known of a host's bans in a jail. */
export interface BanCount {
  /** Bans so far. */
  readonly count: number;
  /** When the last of them ended or will; `Infinity` for ever, or where it is not known. */
  readonly untilSeconds: number;
}

/** Bans so far by jail and host; when there is no room the host that was banned longest ago is forgotten. */
export class BanCounts {
  /** What is to be stored. */
  readonly changes: RowChanges;
  readonly #hosts: HostTable;
  readonly #recency: RecencyList;
  readonly #counts: Uint32Array;
  readonly #untils: Float64Array;

  /** Allots all memory at once. */
  constructor(options: BanCountsOptions) {
    this.#hosts = new HostTable(options);
    this.changes = new RowChanges(this.#hosts);
    this.#recency = new RecencyList(options);
    this.#counts = new Uint32Array(options.capacity);
    this.#untils = new Float64Array(options.capacity);
  }

  /** Hosts that are remembered. */
  get size(): number {
    return this.#hosts.size;
  }

  /**
   * Looks a host up without making it more recent.
   *
   * @returns bans so far
   */
  get(host: Network, jail: number): number {
    const slot = this.#hosts.find(host, jail);
    return slot < 0 ? 0 : this.#counts[slot] ?? 0;
  }

  /**
   * Looks a host up without making it more recent, and leaves out what is long over.
   *
   * @param query `sinceSeconds`: bans count if the last one ended then or later
   * @returns bans so far
   */
  getSince(
    host: Network,
    { jail, sinceSeconds }: {
      readonly jail: number;
      readonly sinceSeconds: number;
    },
  ): number {
    const slot = this.#hosts.find(host, jail);
    if (slot < 0 || (this.#untils[slot] ?? 0) < sinceSeconds) return 0;
    return this.#counts[slot] ?? 0;
  }

  /** Sets what is known by now. */
  set(
    host: Network,
    known: BanCount & { readonly jail: number },
  ): void {
    this.#put(this.#slotFor(host, known.jail), known);
  }

  /** As `set`, unless as many bans or more are known. */
  raise(
    host: Network,
    known: BanCount & { readonly jail: number },
  ): void {
    const slot = this.#slotFor(host, known.jail);
    if ((this.#counts[slot] ?? 0) < known.count) this.#put(slot, known);
  }

  /** The last ban of a host ends at another time. */
  setUntil(
    host: Network,
    { jail, untilSeconds }: {
      readonly jail: number;
      readonly untilSeconds: number;
    },
  ): void {
    const slot = this.#hosts.find(host, jail);
    if (slot < 0) return;
    this.#untils[slot] = untilSeconds;
    this.changes.touch(slot);
  }

  /**
   * Reads a row that is to be stored.
   *
   * @returns whose bans are counted, in which jail, how many there were, and until when
   */
  rowOf(
    slot: number,
  ): BanCount & { readonly host: Network; readonly jail: number } {
    return {
      host: this.#hosts.networkOf(slot),
      jail: this.#hosts.scopeOf(slot),
      count: this.#counts[slot] ?? 0,
      untilSeconds: this.#untils[slot] ?? 0,
    };
  }

  /** Begins again at 0. */
  forget(host: Network, jail: number): void {
    const slot = this.#hosts.find(host, jail);
    if (slot >= 0) this.#drop(slot);
  }

  #put(slot: number, { count, untilSeconds }: BanCount): void {
    this.#counts[slot] = count;
    this.#untils[slot] = untilSeconds;
    this.changes.touch(slot);
  }

  /** @returns the slot of a host, with no bans where it was not known */
  #slotFor(host: Network, jail: number): number {
    const hosts = this.#hosts;
    if (hosts.size === hosts.capacity && hosts.find(host, jail) < 0) {
      this.#drop(this.#recency.oldest());
    }
    const before = hosts.size;
    const slot = hosts.insert(host, jail);
    if (hosts.size === before) this.#recency.touch(slot);
    else {
      this.#recency.add(slot);
      this.#counts[slot] = 0;
    }
    return slot;
  }

  #drop(slot: number): void {
    this.changes.remove(slot);
    this.#recency.remove(slot);
    this.#hosts.remove(slot);
  }
}
