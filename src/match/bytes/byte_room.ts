/**
 * Where patterns run on bytes: a part of the scan's memory, in which the lines lie as well.
 *
 * @module
 */

import { instantiateLineProgram, type LineExports } from "./line_module.ts";
import type { ParsedPattern } from "../parsed_pattern.ts";
import type { MemoryPart } from "../prefilter/memory_plan.ts";
import { writtenPatternOf } from "./written_pattern.ts";

/** Room for some three hundred patterns, which take a kilobyte each at the most. */
export const ROOM_BYTES = 256 << 10;

/** Place of the scan's function in the table. */
export const NEXT_LINE = 1;

/** Places of groups are read as numbers of four bytes. */
const ALIGNMENT = 4;

/** A pattern that runs on bytes. */
export interface BytePattern {
  readonly parsed: ParsedPattern;
  /** Of the table that functions are called by; never 0. */
  readonly index: number;
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

/** A way to the next line that the scan found, for code in its memory (scan.as). */
export type NextLine = () => number;

/** Gives patterns their places; what there is no room for stays with the other engines. */
export class ByteRoom {
  /** First none, then the scan's way to the next line, then functions that search, in the order in which they were written. */
  readonly table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  #room: MemoryPart | undefined;
  #lines: LineExports | undefined;
  #used = 0;

  /** Patterns are bound before there is a memory. @param nextLine absent: no program goes over several lines */
  open(room: MemoryPart, nextLine?: NextLine): void {
    this.#room = room;
    if (nextLine !== undefined) this.table.set(NEXT_LINE, nextLine);
  }

  /** Whether a program may go over several lines. */
  get hasNextLine(): boolean {
    return this.table.get(NEXT_LINE) !== null;
  }

  /** @throws {Error} as long as it is not open */
  get memory(): WebAssembly.Memory {
    return this.#opened.memory;
  }

  /** What runs programs; one for all of them, so that V8 can know whom it calls. @throws {Error} as long as it is not open */
  get lines(): LineExports {
    return this.#lines ??= instantiateLineProgram(this);
  }

  /** Place in the memory behind what was given away. @throws {Error} as long as it is not open */
  get end(): number {
    return this.#opened.place + this.#used;
  }

  /** Gives the next bytes away. @returns false where there are not as many */
  reserve(byteCount: number): boolean {
    if (this.#used + byteCount > this.#opened.length) return false;
    this.#used += Math.ceil(byteCount / ALIGNMENT) * ALIGNMENT;
    return true;
  }

  /** @returns what runs the pattern on bytes; undefined where nothing can, or where there is no room left */
  compile(parsed: ParsedPattern): BytePattern | undefined {
    const written = writtenPatternOf(parsed);
    if (written === undefined) return undefined;
    const { memory, end: base } = this;
    const { module, entry, slotCount, byteCount } = written;
    if (!this.reserve(byteCount)) return undefined;
    const { exports } = new WebAssembly.Instance(module, {
      env: { memory, base },
    });
    const run = exports[entry] as BytePattern["run"];
    const index = this.table.grow(1);
    this.table.set(index, run);
    return {
      parsed,
      index,
      run,
      slots: new Int32Array(memory.buffer, base, slotCount),
    };
  }

  get #opened(): MemoryPart {
    if (this.#room === undefined) {
      throw new Error("Cannot use the room: not open, expected a memory");
    }
    return this.#room;
  }
}
