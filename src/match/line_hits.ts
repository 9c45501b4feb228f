/**
 * Whom the line at hand meets: jails and patterns of which it holds a literal.
 *
 * @module
 */

import { EVERY_LINE, type LiteralTable } from "./literal_table.ts";

/** One object for all lines; a slot is met when it bears the line's number. */
export class LineHits {
  readonly #slotsOfLiteral: readonly Uint32Array[];
  /** Doubles count further than there are lines. */
  readonly #lastLine: Float64Array;
  #line = 0;

  /** @param table complete */
  constructor(table: LiteralTable) {
    this.#slotsOfLiteral = table.listSlots();
    this.#lastLine = new Float64Array(table.slotCount).fill(-1);
  }

  /** Begins a line; it meets nobody but those that every line does. */
  begin(line: number): void {
    this.#line = line;
    this.#lastLine[EVERY_LINE] = line;
  }

  /** @param ids of the literals that the line holds, the first `count` of them */
  add(ids: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const slots = this.#slotsOfLiteral[ids[i] ?? 0];
      if (slots === undefined) continue;
      for (let k = 0; k < slots.length; k++) {
        this.#lastLine[slots[k] ?? 0] = this.#line;
      }
    }
  }

  /** @returns whether the line meets the owner of the slot */
  has(slot: number): boolean {
    return this.#lastLine[slot] === this.#line;
  }
}
