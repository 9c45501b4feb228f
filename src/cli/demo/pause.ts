/**
 * Waiting that can be called off.
 *
 * @module
 */

/**
 * @param ms milliseconds
 * @param signal ends the wait early
 * @throws the signal's reason when it is aborted
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", cancel);
      resolve();
    }, ms);
    function cancel(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener("abort", cancel, { once: true });
  });
}

/** How often `waitFor` looks. */
export interface WaitOptions {
  readonly timeoutMs: number;
  /** Pause between two looks. */
  readonly pollMs: number;
  /** How long the pauses are far shorter, for latencies below a timer's grain; nothing else runs meanwhile. Default 0. */
  readonly eagerMs?: number;
  readonly signal: AbortSignal;
}

/** Leaves the processor to those who are waited for, and is shorter than what a timer can do. */
const NAP_MS = 0.1;
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * Looks until there is something to see.
 *
 * @returns what `look` returned, or undefined when the time is over
 * @throws the signal's reason when it is aborted
 */
export async function waitFor<T>(
  look: () => T | undefined | Promise<T | undefined>,
  { timeoutMs, pollMs, eagerMs = 0, signal }: WaitOptions,
): Promise<T | undefined> {
  const startMs = performance.now();
  for (;;) {
    const sight = await look();
    if (sight !== undefined) return sight;
    const elapsed = performance.now() - startMs;
    if (elapsed > timeoutMs) return undefined;
    if (elapsed >= eagerMs) await pause(pollMs, signal);
    else Atomics.wait(NEVER, 0, 0, NAP_MS);
  }
}
