/**
 * The variables of a pattern's code.
 *
 * @module
 */

/** The place in the line is the first variable of each function. */
export const PLACE = 0;

/** Variables that all functions of a module share; where its part of the memory begins is told from outside. */
export const Shared = {
  base: 0,
  start: 1,
  end: 2,
  budget: 3,
  target: 4,
} as const;

/** How many of them are its own. */
export const SHARED_COUNT = 4;
