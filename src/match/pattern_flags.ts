/**
 * Python's inline flags.
 *
 * @module
 */

/** Those that change how a pattern is read; `a` and `u` change nothing here. */
export interface PatternFlags {
  /** i */
  readonly ignoreCase: boolean;
  /** s */
  readonly dotAll: boolean;
  /** m */
  readonly multiLine: boolean;
}

/** How a pattern begins. */
export const NO_FLAGS: PatternFlags = {
  ignoreCase: false,
  dotAll: false,
  multiLine: false,
};

/** @returns the flags as `(?on-off:` leaves them */
export function withFlags(
  flags: PatternFlags,
  on: string,
  off = "",
): PatternFlags {
  const pick = (letter: string, old: boolean) =>
    (old || on.includes(letter)) && !off.includes(letter);
  return {
    ignoreCase: pick("i", flags.ignoreCase),
    dotAll: pick("s", flags.dotAll),
    multiLine: pick("m", flags.multiLine),
  };
}
