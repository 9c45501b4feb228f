/**
 * Whether V8 runs with its linear fallback: the flag `--enable-experimental-regexp-engine-on-excessive-backtracks`.
 *
 * @module
 */

/**
 * 2^22 steps for an engine that backtracks: 21 ms and more. With the flag V8 gives up after 50,000 of them and starts
 * again in linear time: 0.3 ms, 1.9 ms the first time.
 */
const CATASTROPHE = "a".repeat(22);
const LIVE_MS = 8;
/** Where threads begin at the same time on few cores, each attempt may be interrupted. */
const ATTEMPTS = 10;

let isLive: boolean | undefined;

/**
 * Proves it by running a catastrophic pattern, once in the life of a thread.
 *
 * A busy machine can only make it say no, which costs speed and not safety: RE2 then executes the patterns.
 *
 * @returns whether no pattern within the linear subset can take more than linear time
 */
export function isLinearFallbackLive(): boolean {
  return isLive ??= hasLinearFlag() && runsInLinearTime();
}

/** The flag `--enable-experimental-regexp-engine`, by which a pattern's class is told. */
function hasLinearFlag(): boolean {
  try {
    return new RegExp("a", "l").test("a");
  } catch {
    return false;
  }
}

function runsInLinearTime(): boolean {
  const pattern = new RegExp("^(a+)+b$");
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const start = performance.now();
    pattern.test(CATASTROPHE);
    if (performance.now() - start < LIVE_MS) return true;
  }
  return false;
}
