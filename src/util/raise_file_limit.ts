/**
 * Room for many open files.
 *
 * @module
 */

/** `RLIMIT_NOFILE` of Linux. */
const OPEN_FILES = 7;

/** More logs than anybody has; programs that we start may close all that they could have open. */
const ENOUGH = 65_536n;

/**
 * Raises the number of files that this process may have open, as far as it may itself: most systems give 1,024 to begin with
 * and allow a program half a million. Each log is open, so that what was renamed or removed can be read to its end. `deno run`
 * does the same; a compiled program does not.
 *
 * @returns how many it may have open now
 */
export function raiseFileLimit(
  libc: {
    readonly [Name in "getrlimit" | "setrlimit"]: (
      resource: number,
      limits: Uint8Array<ArrayBuffer>,
    ) => number;
  },
): number {
  const limits = new BigUint64Array(2);
  const bytes = new Uint8Array(limits.buffer);
  if (libc.getrlimit(OPEN_FILES, bytes) !== 0) return 0;
  const [soft = 0n, hard = 0n] = limits;
  const wanted = hard < ENOUGH ? hard : ENOUGH;
  if (soft >= wanted) return Number(soft);
  limits[0] = wanted;
  return libc.setrlimit(OPEN_FILES, bytes) === 0
    ? Number(wanted)
    : Number(soft);
}
