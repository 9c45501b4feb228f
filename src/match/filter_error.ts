/**
 * What is wrong with a pattern.
 *
 * @module
 */

/** A pattern that cannot be used; `offset` points at the place. */
export class FilterError extends Error {
  override readonly name = "FilterError";
  /** The pattern as it was written. */
  readonly pattern: string;
  /** Index of the first wrong character, in UTF-16 units from 0. */
  readonly offset: number;

  /** @param problem what is wrong, without the place: `group "user" is defined twice` */
  constructor(pattern: string, offset: number, problem: string) {
    super(
      `Cannot compile pattern "${pattern}": ${problem} (character ${
        offset + 1
      })`,
    );
    this.pattern = pattern;
    this.offset = offset;
  }
}
