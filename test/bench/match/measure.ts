/**
 * Taking times, and putting them into a table.
 *
 * @module
 */

import { formatTable } from "../../../src/cli/table.ts";

/** How one contestant did. */
export interface Result {
  readonly name: string;
  readonly lines: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Peak of resident memory in bytes, of a process of its own. */
  readonly peakBytes?: number | undefined;
  /** A word on how it was measured. */
  readonly note?: string;
}

/** What a process came to. */
export interface ProcessRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
  readonly peakBytes: number;
}

const SAMPLE_MS = 20;

/** Runs a program to its end. The kernel keeps the peak of its memory, asked for until it is gone. */
export async function runProcess(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessRun> {
  const start = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let peakBytes = 0;
  const sampler = setInterval(() => {
    peakBytes = readPeak(child.pid) ?? peakBytes;
  }, SAMPLE_MS);
  const { code, stdout, stderr } = await child.output();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(sampler);
  const decoder = new TextDecoder();
  return {
    code,
    out: decoder.decode(stdout),
    err: decoder.decode(stderr),
    seconds,
    peakBytes,
  };
}

/** @returns the result of the middle one of several runs, by time */
export async function medianOf<T extends { readonly seconds: number }>(
  runs: number,
  run: () => Promise<T> | T,
): Promise<T> {
  const results: T[] = [];
  for (let i = 0; i < runs; i++) results.push(await run());
  results.sort((a, b) => a.seconds - b.seconds);
  const median = results[runs >> 1];
  if (median === undefined) throw new RangeError("Cannot run 0 times");
  return median;
}

/** @returns one row for each contestant */
export function formatResults(results: readonly Result[]): string {
  return formatTable(
    ["CONTESTANT", "SECONDS", "NS/LINE", "GB/S", "PEAK MB", "NOTE"],
    results.map(({ name, lines, bytes, seconds, peakBytes, note }) => [
      name,
      seconds.toFixed(2),
      Math.round(seconds * 1e9 / lines),
      (bytes / seconds / 1e9).toFixed(3),
      peakBytes === undefined ? "" : (peakBytes / 1e6).toFixed(0),
      note ?? "",
    ]),
  );
}

function readPeak(pid: number): number | undefined {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It has just ended.
    return undefined;
  }
}
