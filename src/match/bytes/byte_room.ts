/**
 * Where patterns run on bytes: a part of the scan's memory, in which the lines lie as well.
 *
 * @module
 */

import type { ParsedPattern } from "../parsed_pattern.ts";
import type { MemoryPart } from "../prefilter/memory_plan.ts";
import { writtenPatternOf } from "./written_pattern.ts";

/** Room for some three hundred patterns, which take a kilobyte each at the most. */
export const ROOM_BYTES = 256 << 10;

/** Places of groups are read as numbers of four bytes. */
const ALIGNMENT = 4;

/** A pattern that runs on bytes. */
export interface BytePattern {
  readonly parsed: ParsedPattern;
  /**
   * Searches a line of ASCII that ends with its only newline.
   *
   * @param from place of its first byte in the memory
   * @param to behind its newline
   * @returns the place behind the leftmost hit, `FAILED` or `GIVEN_UP`
   */
  readonly run: (from: number, to: number) => number;
  /** First and last place of each group after a hit, the whole hit being group 0; the last is -1 where it took no part. */
  readonly slots: Int32Array;
}

/** Gives patterns their places; what there is no room for stays with the other engines. */
export class ByteRoom {
  #room: MemoryPart | undefined;
  #used = 0;

  /** Patterns are bound before there is a memory. */
  open(room: MemoryPart): void {
    this.#room = room;
  }

  /** @returns what runs the pattern on bytes; undefined where nothing can, or where there is no room left */
  compile(parsed: ParsedPattern): BytePattern | undefined {
    const room = this.#room;
    const written = room && writtenPatternOf(parsed);
    if (room === undefined || written === undefined) return undefined;
    const { module, entry, slotCount, byteCount } = written;
    if (this.#used + byteCount > room.length) return undefined;
    const { memory } = room;
    const base = room.place + this.#used;
    this.#used += Math.ceil(byteCount / ALIGNMENT) * ALIGNMENT;
    const { exports } = new WebAssembly.Instance(module, {
      env: { memory, base },
    });
    return {
      parsed,
      run: exports[entry] as BytePattern["run"],
      slots: new Int32Array(memory.buffer, base, slotCount),
    };
  }
}
