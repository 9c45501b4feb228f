/**
 * Texts that outlive the longer one that they were cut out of.
 *
 * @module
 */

/** V8 copies what is shorter anyway. */
const SHORTEST_SLICE = 13;

export function copyOfSlice(text: string): string;
export function copyOfSlice(text: string | undefined): string | undefined;
/** @returns the same, which keeps nothing but itself in memory: slices of a concatenation are slices of its copy */
export function copyOfSlice(text: string | undefined): string | undefined {
  return text === undefined || text.length < SHORTEST_SLICE
    ? text
    : ` ${text}`.slice(1);
}
