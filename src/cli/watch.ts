/**
 * A command's output again and again: in place on a terminal, one after the other elsewhere.
 *
 * @module
 */

import type { CliContext } from "./command.ts";

/** What is shown, and how often. */
export interface WatchOptions {
  readonly context: Pick<CliContext, "out" | "isTerminal">;
  readonly intervalMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** @returns what is to be seen now, whole lines */
  readonly draw: () => Promise<string>;
}

const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const CLEAR_ALL = "\x1b[2J";

/** Draws at once and then at each interval, until the signal comes. */
export async function watch(options: WatchOptions): Promise<void> {
  const { context, signal, draw } = options;
  if (context.isTerminal) context.out(CLEAR_ALL);
  while (!signal.aborted) {
    const frame = await draw();
    context.out(context.isTerminal ? inPlace(frame) : frame);
    await pause(options.intervalMs, signal);
  }
}

/** Runs until Ctrl-C or SIGTERM, whose signal the work gets. */
export async function untilInterrupted(
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const stop = () => end.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) Deno.addSignalListener(name, stop);
  try {
    await work(end.signal);
  } finally {
    for (const name of signals) Deno.removeSignalListener(name, stop);
  }
}

/** Resolves after the time, or when the signal comes. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/** Writes over what was there, so that nothing flickers. */
function inPlace(frame: string): string {
  // Before each line: behind a full one the cursor stands on its last character.
  const lines = frame.trimEnd().split("\n").map((line) => CLEAR_LINE + line);
  return `${HOME}${lines.join("\n")}\n${CLEAR_BELOW}`;
}
