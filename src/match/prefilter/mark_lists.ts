/**
 * Whom a literal's lines concern, as scan.as reads it: for each literal a list of marks.
 *
 * @module
 */

/** Bytes of a mark, and of a place. */
export const MARK_BYTES = 4;

/** The slots of each literal. */
export type SlotsOfLiterals = readonly (readonly number[])[];

/** @returns how many bytes the lists take */
export function sizeOfMarkLists(slots: SlotsOfLiterals): number {
  // Where it is, and what ends it.
  const words = slots.reduce((sum, { length }) => sum + length + 2, 0);
  return MARK_BYTES * words;
}

/**
 * Writes the places of the lists, by literal, and then the lists.
 *
 * @param at place in the memory
 * @param marks place of the mark of slot 0
 */
export function writeMarkLists(
  slots: SlotsOfLiterals,
  memory: ArrayBuffer,
  { at, marks }: { readonly at: number; readonly marks: number },
): void {
  const places: number[] = [];
  const lists: number[] = [];
  for (const ofLiteral of slots) {
    places.push(at + MARK_BYTES * (slots.length + lists.length));
    lists.push(...ofLiteral.map((slot) => marks + MARK_BYTES * slot), 0);
  }
  new Uint32Array(memory, at, places.length + lists.length)
    .set([...places, ...lists]);
}
