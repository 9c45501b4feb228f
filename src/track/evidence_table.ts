/**
 * Which lines counted against a host last, in bounded memory: not their text, but where they stand.
 *
 *     slot of 192.0.2.7   [ { file 3, offset 81920, 94 bytes, pattern 0, 19:08:03 }, … ]   a ring of LINES_A_HOST
 *
 * Hosts that were banned are kept before those that only failed: a flood of the latter does not wash away why somebody is
 * banned. Nothing allocates but `marksOf`.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import { HostTable } from "./host_table.ts";
import { RecencyList } from "./recency_list.ts";
import { allotWords } from "./word_arrays.ts";

/** Where a line stands, and what it was. */
export interface LineMark {
  /** The owner's number for the file, or for whatever else holds the line. */
  readonly file: number;
  /** Bytes before it there. */
  readonly offset: number;
  readonly byteLength: number;
  /** Index of the pattern that hit. */
  readonly pattern: number;
  /** Seconds since 1970. */
  readonly timeSeconds: number;
}

/** How the table is laid out. */
export interface EvidenceTableOptions {
  /** Hosts of all jails that are remembered at most, from 4. */
  readonly capacity: number;
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
}

/** Lines that are remembered of a host in a jail: what `max_retry` is in most jails, and some before. */
export const LINES_A_HOST = 8;

const FAILED = 0;
const BANNED = 1;

/** See the module. */
export class EvidenceTable {
  readonly #hosts: HostTable;
  readonly #recency: RecencyList;
  readonly #capacity: number;
  /** Lines noted of a slot so far; the ring's next place is this modulo its length. */
  readonly #counts: Uint32Array;
  readonly #files: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #patterns: Uint32Array;
  readonly #times: Uint32Array;
  readonly #offsets: Float64Array;

  /** Allots all memory at once; the kernel commits what is touched. */
  constructor(options: EvidenceTableOptions) {
    const { capacity } = options;
    const places = capacity * LINES_A_HOST;
    this.#capacity = capacity;
    this.#hosts = new HostTable(options);
    this.#recency = new RecencyList({ capacity, lists: 2 });
    [this.#counts, this.#files, this.#lengths, this.#patterns, this.#times] =
      allotWords(capacity, places, places, places, places);
    this.#offsets = new Float64Array(places);
  }

  /** Hosts that are remembered. */
  get size(): number {
    return this.#hosts.size;
  }

  /** Bytes of the arrays, touched or not. */
  get byteLength(): number {
    return this.#hosts.byteLength + this.#recency.byteLength +
      this.#counts.buffer.byteLength + this.#offsets.byteLength;
  }

  /**
   * Remembers a line.
   *
   * @param jail the owner's number for it
   */
  note(host: Network, jail: number, mark: LineMark): void {
    const slot = this.#slotFor(host, jail);
    const count = this.#counts[slot] ?? 0;
    const at = slot * LINES_A_HOST + count % LINES_A_HOST;
    this.#files[at] = mark.file;
    this.#offsets[at] = mark.offset;
    this.#lengths[at] = mark.byteLength;
    this.#patterns[at] = mark.pattern;
    this.#times[at] = mark.timeSeconds;
    // Twice around is as good as once, and never too large.
    this.#counts[slot] = count + 1 < 2 * LINES_A_HOST
      ? count + 1
      : LINES_A_HOST;
  }

  /** The host was banned: its lines stay longer. */
  keep(host: Network, jail: number): void {
    const slot = this.#hosts.find(host, jail);
    if (slot >= 0) this.#recency.touch(slot, BANNED);
  }

  /** @returns the lines that are remembered, the oldest first */
  marksOf(host: Network, jail: number): LineMark[] {
    const slot = this.#hosts.find(host, jail);
    const count = slot < 0 ? 0 : this.#counts[slot] ?? 0;
    const known = Math.min(count, LINES_A_HOST);
    return Array.from(
      { length: known },
      (_, index) =>
        this.#markAt(
          slot * LINES_A_HOST + (count - known + index) % LINES_A_HOST,
        ),
    );
  }

  #markAt(at: number): LineMark {
    return {
      file: this.#files[at] ?? 0,
      offset: this.#offsets[at] ?? 0,
      byteLength: this.#lengths[at] ?? 0,
      pattern: this.#patterns[at] ?? 0,
      timeSeconds: this.#times[at] ?? 0,
    };
  }

  #slotFor(host: Network, jail: number): number {
    const found = this.#hosts.find(host, jail);
    if (found >= 0) {
      this.#recency.touch(found, this.#recency.listOf(found));
      return found;
    }
    if (this.#hosts.size === this.#capacity) this.#evict();
    const slot = this.#hosts.insert(host, jail);
    this.#counts[slot] = 0;
    this.#recency.add(slot, FAILED);
    return slot;
  }

  /** A quarter is always there for those who fail now: theirs are the next bans. */
  #evict(): void {
    const isFloor = this.#recency.sizeOf(FAILED) * 4 <= this.#capacity;
    const slot = this.#recency.oldest(isFloor ? BANNED : FAILED);
    this.#recency.remove(slot);
    this.#hosts.remove(slot);
  }
}
