/**
 * Whom the line at hand meets: jails and patterns of which it holds a literal.
 *
 * @module
 */

import { EVERY_LINE, type LiteralTable } from "./literal_table.ts";

/** Bytes of a slot's mark. */
export const MARK_BYTES = 4;

/** One object for all lines; a slot is met when its mark bears the line's number. */
export class LineHits {
  /** Place of the marks in the memory. */
  readonly place: number;
  readonly #slotsOfLiteral: readonly Uint32Array[];
  readonly #marks: Uint32Array;
  #line = 0;

  /**
   * @param table complete
   * @param place of `MARK_BYTES` for each slot
   */
  constructor(table: LiteralTable, memory: WebAssembly.Memory, place: number) {
    this.place = place;
    this.#slotsOfLiteral = table.listSlots();
    this.#marks = new Uint32Array(memory.buffer, place, table.slotCount);
  }

  /** Number of the line at hand. */
  get line(): number {
    return this.#line;
  }

  /** Begins a line; it meets nobody but those that every line does. @param line from 1, below 2^32 */
  begin(line: number): void {
    this.#line = line;
    this.#marks[EVERY_LINE] = line;
  }

  /** @param ids of the literals that the line holds, the first `count` of them */
  add(ids: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const slots = this.#slotsOfLiteral[ids[i] ?? 0];
      if (slots === undefined) continue;
      for (let k = 0; k < slots.length; k++) {
        this.#marks[slots[k] ?? 0] = this.#line;
      }
    }
  }

  /** @returns whether the line meets the owner of the slot */
  has(slot: number): boolean {
    return this.#marks[slot] === this.#line;
  }
}
