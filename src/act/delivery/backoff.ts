/**
 * How long it is waited before something that failed is tried again.
 *
 * @module
 */

const FIRST_SECONDS = 1;

/** A far side that is back after a day is told within five minutes. */
const LONGEST_SECONDS = 300;

/**
 * Doubles with each failure, and varies, so that machines that failed together do not come back together.
 *
 * @param failures in a row, from 1
 * @param random 0 to 1, 1 excluded
 * @returns seconds: at least half of 1, 2, 4, … 256, 300
 */
export function backoffSeconds(failures: number, random: number): number {
  const full = Math.min(FIRST_SECONDS * 2 ** (failures - 1), LONGEST_SECONDS);
  return full * (0.5 + random / 2);
}
