/**
 * Whether two lists hold the same things.
 *
 * @module
 */

/** @returns whether both have the same items, each the very same, in the same order */
export function isSameList<Item>(
  one: readonly Item[],
  other: readonly Item[],
): boolean {
  return one === other ||
    one.length === other.length &&
      one.every((item, at) => item === other[at]);
}
