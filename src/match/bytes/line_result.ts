/**
 * What a line program tells of a hit, as line_program.as lays it out.
 *
 * @module
 */

/** A hit's words in the memory; one object for many hits. */
export interface LineResult {
  /** All words of the memory. */
  readonly words: Int32Array;
  /** Place of the hit's own in them: those that `Head` names, then first and last place of each group. */
  at: number;
}

/** Where in a result stands what; the places of groups that took no part say nothing. */
export const Head = {
  /** Bits of the groups that took part. */
  has: 0,
  /** Bits of those that caught something. */
  says: 1,
  hash: 2,
  family: 3,
  /** Four, of the address. */
  address: 4,
  places: 8,
} as const;

/** Words of a row before its result. */
export const Row = { index: -3, start: -2, end: -1 } as const;

/** How many they are. */
export const ROW_HEAD_WORDS = 3;

/** @returns words of a result of so many groups */
export function resultWords(groupCount: number): number {
  return Head.places + 2 * groupCount;
}
