/**
 * The literals of all jails of a source, each once, and who wants to know of them.
 *
 * @module
 */

import type { Literal } from "./prefilter/literal.ts";

/** The slot of those that every line meets. */
export const EVERY_LINE = 0;

/** Filled while patterns are bound, read when all are. */
export class LiteralTable {
  readonly #ids = new Map<string, number>();
  readonly #literals: Literal[] = [];
  readonly #slots: Set<number>[] = [];
  #slotCount = EVERY_LINE + 1;

  /** In the order of their indexes. */
  get literals(): readonly Literal[] {
    return this.#literals;
  }

  /** How many slots there are. */
  get slotCount(): number {
    return this.#slotCount;
  }

  /** @returns a new slot, for a jail or a pattern */
  createSlot(): number {
    return this.#slotCount++;
  }

  /** From now on a line with one of the literals meets these slots. */
  bind(literals: readonly Literal[], slots: readonly number[]): void {
    for (const literal of literals) {
      const own = this.#slots[this.#idOf(literal)];
      for (const slot of slots) own?.add(slot);
    }
  }

  /** @returns the slots of each literal */
  listSlots(): readonly (readonly number[])[] {
    return this.#slots.map((slots) => [...slots]);
  }

  #idOf(literal: Literal): number {
    const key = `${literal.ignoresCase} ${literal.text}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#literals.push(literal) - 1;
    this.#slots.push(new Set());
    this.#ids.set(key, id);
    return id;
  }
}
