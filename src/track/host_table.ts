/**
 * A hash table of hosts and networks in typed arrays.
 *
 * Each entry has a slot that stays the same while the entry lives, so that owners keep what they know of a host in arrays
 * of their own, indexed by slot. Slots are given out from the front: the kernel commits the pages of a zeroed array only
 * when they are touched, so a large table costs little while few hosts are in it.
 *
 *     index   [ 0 | 2 | 0 | 1 | 3 | … ]   slot + 1, or 0 where nothing stands; linear probing
 *     words   [ host of slot 0, 4 words | host of slot 1 | … ]
 *     tags    [ scope × 256 + prefix + 1 | … ]   0 where the slot is free
 *
 * @module
 */

import { isMapped, maskWords } from "../util/address.ts";
import type { Network } from "../util/address.ts";
import { smallWords } from "../util/small_arrays.ts";
import { allotWords, enlarge } from "./word_arrays.ts";

/** How a table is laid out. */
export interface HostTableOptions {
  /** Entries that it has room for, from 1. */
  readonly capacity: number;
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
  /** Whether it doubles when it is full; default false. */
  readonly isGrowable?: boolean;
}

/** Most entries of one table; slots and places must fit in 31 bits with the index at twice the entries. */
const CAPACITY_LIMIT = 2 ** 29;

/** Hosts by address, prefix and scope (a number that tells apart, say, jails); no operation allocates but growth. */
export class HostTable {
  readonly #key0: number;
  readonly #key1: number;
  readonly #isGrowable: boolean;
  #capacity: number;
  #size = 0;
  #end = 0;
  /** First free slot below `#end`, plus 1; the rest is chained through `#hashes`. */
  #free = 0;
  #words: Uint32Array;
  #tags: Uint32Array;
  #hashes: Uint32Array;
  #index: Uint32Array;
  #mask: number;
  /** Entries by prefix length, and the lengths in use, the longest first. */
  readonly #lengthCounts = new Uint32Array(129);
  readonly #lengths = new Uint8Array(129);
  #lengthsInUse = 0;
  readonly #scratch = new Uint32Array(4);

  /**
   * Makes an empty table.
   *
   * @throws {RangeError} when the capacity is no whole number of 1 to 2^29
   */
  constructor(options: HostTableOptions) {
    const { capacity } = options;
    if (
      !Number.isInteger(capacity) || capacity < 1 || capacity > CAPACITY_LIMIT
    ) {
      throw new RangeError(
        `Cannot make a table of "${capacity}" hosts: out of range, expected a whole number from 1 to ${CAPACITY_LIMIT}`,
      );
    }
    this.#key0 = options.seed[0] ?? 0;
    this.#key1 = options.seed[1] ?? 0;
    this.#isGrowable = options.isGrowable ?? false;
    this.#capacity = capacity;
    [this.#words, this.#tags, this.#hashes] = allotWords(
      capacity * 4,
      capacity,
      capacity,
    );
    this.#index = new Uint32Array(indexLength(capacity));
    this.#mask = this.#index.length - 1;
  }

  /** Entries. */
  get size(): number {
    return this.#size;
  }

  /** Entries that there is room for; owners size their arrays by it after each `insert` into a growable table. */
  get capacity(): number {
    return this.#capacity;
  }

  /** One more than the highest slot that was ever in use. */
  get end(): number {
    return this.#end;
  }

  /** Bytes of the table's arrays, touched or not. */
  get byteLength(): number {
    return this.#words.byteLength + this.#tags.byteLength +
      this.#hashes.byteLength + this.#index.byteLength;
  }

  /**
   * Looks up one host or network.
   *
   * @returns the slot of exactly this host or network, or -1
   */
  find(host: Network, scope = 0): number {
    const tag = toTag(host.prefix, scope);
    return this.#lookUp(host.words, tag, this.#hash(host.words, tag));
  }

  /**
   * Finds what contains a host; an IPv6 network contains no IPv4 address.
   *
   * @returns the slot with the longest such prefix, the host itself included, or -1
   */
  findCovering(host: Network, scope = 0): number {
    for (let at = 0; at < this.#lengthsInUse; at++) {
      const length = this.#lengths[at] ?? 0;
      if (length > host.prefix) continue;
      if (length < 96 && isMapped(host.words)) break;
      const words = this.#masked(host, length);
      const tag = toTag(length, scope);
      const slot = this.#lookUp(words, tag, this.#hash(words, tag));
      if (slot >= 0) return slot;
    }
    return -1;
  }

  /**
   * Puts a host in, by copying its words.
   *
   * @returns the slot of this host, a new one where it was not in the table
   * @throws {RangeError} when the table is full and does not grow
   */
  insert(host: Network, scope = 0): number {
    const tag = toTag(host.prefix, scope);
    const hash = this.#hash(host.words, tag);
    const found = this.#lookUp(host.words, tag, hash);
    if (found >= 0) return found;
    const slot = this.#takeSlot();
    for (let i = 0; i < 4; i++) {
      this.#words[slot * 4 + i] = host.words[i] ?? 0;
    }
    this.#tags[slot] = tag;
    this.#hashes[slot] = hash;
    this.#place(slot, hash);
    this.#size++;
    this.#countLength(host.prefix, 1);
    return slot;
  }

  /** Frees a slot. @throws {RangeError} when nothing is in it */
  remove(slot: number): void {
    if (!this.isLive(slot)) {
      throw new RangeError(
        `Cannot remove slot "${slot}": free, expected a slot in use`,
      );
    }
    this.#countLength(this.prefixOf(slot), -1);
    this.#unplace(slot);
    this.#tags[slot] = 0;
    this.#hashes[slot] = this.#free;
    this.#free = slot + 1;
    this.#size--;
  }

  /**
   * Tells slots in use from free ones.
   *
   * @returns whether the slot holds an entry
   */
  isLive(slot: number): boolean {
    return (this.#tags[slot] ?? 0) !== 0;
  }

  /**
   * Reads a slot's host.
   *
   * @returns a copy of the slot's host
   */
  networkOf(slot: number): Network {
    const at = slot * 4;
    const words = smallWords(4);
    for (let i = 0; i < 4; i++) words[i] = this.#words[at + i] ?? 0;
    return { words, prefix: this.prefixOf(slot) };
  }

  /**
   * Reads a slot's prefix.
   *
   * @returns the prefix of the slot's host, 0-128
   */
  prefixOf(slot: number): number {
    return ((this.#tags[slot] ?? 1) - 1) & 0xff;
  }

  /**
   * Reads a slot's scope.
   *
   * @returns the scope under which the slot's host was inserted
   */
  scopeOf(slot: number): number {
    return (this.#tags[slot] ?? 0) >>> 8;
  }

  /** @returns the host's words cut to `prefix` bits; valid until the next call */
  #masked(host: Network, prefix: number): Uint32Array {
    if (prefix === host.prefix) return host.words;
    for (let i = 0; i < 4; i++) this.#scratch[i] = host.words[i] ?? 0;
    maskWords(this.#scratch, prefix);
    return this.#scratch;
  }

  #lookUp(words: Uint32Array, tag: number, hash: number): number {
    let place = hash & this.#mask;
    for (;;) {
      const entry = this.#index[place] ?? 0;
      if (entry === 0) return -1;
      const slot = entry - 1;
      if (this.#hashes[slot] === hash && this.#holds(slot, words, tag)) {
        return slot;
      }
      place = (place + 1) & this.#mask;
    }
  }

  #holds(slot: number, words: Uint32Array, tag: number): boolean {
    const at = slot * 4;
    return this.#tags[slot] === tag &&
      this.#words[at + 3] === words[3] && this.#words[at + 2] === words[2] &&
      this.#words[at + 1] === words[1] && this.#words[at] === words[0];
  }

  #takeSlot(): number {
    if (this.#free > 0) {
      const slot = this.#free - 1;
      this.#free = this.#hashes[slot] ?? 0;
      return slot;
    }
    if (this.#end === this.#capacity) this.#grow();
    return this.#end++;
  }

  #place(slot: number, hash: number): void {
    let place = hash & this.#mask;
    while (this.#index[place] !== 0) place = (place + 1) & this.#mask;
    this.#index[place] = slot + 1;
  }

  /** Takes the slot out of the index and moves later entries back, so that no probe is cut short and no marker remains. */
  #unplace(slot: number): void {
    const mask = this.#mask;
    let hole = (this.#hashes[slot] ?? 0) & mask;
    while (this.#index[hole] !== slot + 1) hole = (hole + 1) & mask;
    let next = (hole + 1) & mask;
    for (;;) {
      const entry = this.#index[next] ?? 0;
      if (entry === 0) break;
      const home = (this.#hashes[entry - 1] ?? 0) & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        this.#index[hole] = entry;
        hole = next;
      }
      next = (next + 1) & mask;
    }
    this.#index[hole] = 0;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    if (!this.#isGrowable || capacity > CAPACITY_LIMIT) {
      throw new RangeError(
        `Cannot insert host into a table of "${this.#capacity}": full, expected a free slot`,
      );
    }
    this.#capacity = capacity;
    this.#words = enlarge(this.#words, capacity * 4);
    this.#tags = enlarge(this.#tags, capacity);
    this.#hashes = enlarge(this.#hashes, capacity);
    this.#index = new Uint32Array(indexLength(capacity));
    this.#mask = this.#index.length - 1;
    for (let slot = 0; slot < this.#end; slot++) {
      if (this.isLive(slot)) this.#place(slot, this.#hashes[slot] ?? 0);
    }
  }

  #countLength(prefix: number, change: 1 | -1): void {
    const before = this.#lengthCounts[prefix] ?? 0;
    this.#lengthCounts[prefix] = before + change;
    if (before > 0 && before + change > 0) return;
    this.#lengthsInUse = 0;
    for (let length = 128; length >= 0; length--) {
      if ((this.#lengthCounts[length] ?? 0) === 0) continue;
      this.#lengths[this.#lengthsInUse++] = length;
    }
  }

  /**
   * HalfSipHash-1-3 of the address: attackers choose their own, and a keyed hash keeps them from choosing some that collide
   * (https://www.aumasson.jp/siphash/siphash.pdf). Of IPv4 it takes the one word that differs. How many words there are, and
   * the tag, come in where no round has to be added for them: nobody outside chooses those.
   */
  #hash(words: Uint32Array, tag: number): number {
    const first = isMapped(words) ? 3 : 0;
    let v0 = this.#key0;
    let v1 = this.#key1;
    let v2 = 0x6c796765 ^ this.#key0;
    let v3 = 0x74656462 ^ this.#key1 ^ first;
    // Up to four words of input, and three rounds to finish
    for (let round = first; round < 7; round++) {
      const word = round < 4 ? words[round] ?? 0 : 0;
      if (round === 4) v2 ^= tag ^ 0xff;
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    return (v1 ^ v3) >>> 0;
  }
}

/** Scope and prefix in one word that is never 0. */
function toTag(prefix: number, scope: number): number {
  return ((scope << 8) | (prefix + 1)) >>> 0;
}

/** A power of two at least twice the capacity: probes stay short at half load. */
function indexLength(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(capacity * 2));
}
