/**
 * What a pattern's code gives back in place of the end of a hit.
 *
 * @module
 */

/** There is no hit. */
export const FAILED = -1;

/** It was not found out, since it would have taken too long. */
export const GIVEN_UP = -2;
