/**
 * The handler actions that are part of the program, each loaded when it is wanted.
 *
 * @module
 */

/** By id; the module's default export is the action. */
export const BUILT_INS: Readonly<
  Record<string, () => Promise<{ readonly default: unknown }>>
> = {};
