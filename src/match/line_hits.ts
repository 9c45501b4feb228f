/**
 * Whom the line at hand meets: jails and patterns of which it holds a literal.
 *
 * @module
 */

import { EVERY_LINE } from "./literal_table.ts";

/** Of a line that holds no literal; the scan counts from 1, and is not expected to get there. */
const NO_HIT = 0xffffffff;

/** One object for all lines; a slot is met when it bears the line's mark. */
export class LineHits {
  /** By slot. */
  readonly #marks: Uint32Array;
  #mark = NO_HIT;

  constructor(marks: Uint32Array) {
    this.#marks = marks;
  }

  /** Place of the marks in their memory. */
  get place(): number {
    return this.#marks.byteOffset;
  }

  /** Of the line at hand. */
  get mark(): number {
    return this.#mark;
  }

  /** Begins a line. @param mark that the scan gave the slots of its literals; absent where it holds none */
  begin(mark = NO_HIT): void {
    this.#mark = mark;
    this.#marks[EVERY_LINE] = mark;
  }

  /** @returns whether the line meets the owner of the slot */
  has(slot: number): boolean {
    return this.#marks[slot] === this.#mark;
  }
}
