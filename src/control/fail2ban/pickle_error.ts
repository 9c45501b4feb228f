/**
 * What is thrown for bytes that are no pickle of data.
 *
 * @module
 */

/** A pickle that is malformed, too large, or wants something constructed. */
export class PickleError extends Error {
  override readonly name = "PickleError";

  /** @param state what is wrong with it: `it ends too early` */
  constructor(state: string) {
    super(`Cannot read pickle: ${state}`);
  }
}
