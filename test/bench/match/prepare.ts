/**
 * The log of a scenario, and what is to be found in it.
 *
 * @module
 */

import type { Config } from "../../../src/config/types.ts";
import { type CorpusMaker, makeCorpus } from "../corpora/corpus.ts";
import { type Log, runNaive } from "./baselines.ts";
import type { Result } from "./measure.ts";
import type { BenchOptions } from "./options.ts";
import { type Expected, expectedOf } from "./ours.ts";

/** Of every corpus. */
export const SEED = 20260301;

/** The naive way gets a smaller log; per line it comes to the same. */
const NAIVE_BYTES = 100e6;

/** What a scenario starts from. */
export interface Prepared {
  readonly log: Log;
  readonly expected: Expected;
  /**
   * Runs the naive way on the same log, or on the beginning of it where that would take too long. It shares code with the
   * program, which V8 would compile for both: whoever is measured in this process comes first.
   */
  readonly runNaive: () => Result;
}

/** Takes the log that was named, of which the naive way tells what is in it, or the made one. */
export function prepare(
  maker: CorpusMaker,
  config: Config,
  { filters, options }: {
    readonly filters: readonly string[];
    readonly options: BenchOptions;
  },
): Prepared {
  if (options.file !== undefined) return prepareFile(config, options.file);
  const make = (bytes: number) => makeCorpus(maker, { bytes, seed: SEED });
  const log = make(options.bytes);
  const slice = make(Math.min(options.bytes, NAIVE_BYTES));
  const { failures } = expectedOf(slice, filters);
  return {
    log,
    expected: expectedOf(log, filters),
    runNaive: () => {
      const naive = runNaive(config, slice, failures);
      return slice.bytes < log.bytes ? onSlice(naive) : naive;
    },
  };
}

function prepareFile(config: Config, path: string): Prepared {
  const lines = countLines(path);
  const log = { path, bytes: Deno.statSync(path).size, lines };
  const naive = runNaive(config, log, undefined);
  const expected = { lines, failures: naive.failures, bans: undefined };
  return { log, expected, runNaive: () => naive };
}

/** @returns the same, with the size of the log in its note */
export function onSlice(result: Result): Result {
  return {
    ...result,
    note: `${result.note}; on ${(result.bytes / 1e6).toFixed(0)} MB`,
  };
}

function countLines(path: string): number {
  using file = Deno.openSync(path);
  const buffer = new Uint8Array(1 << 20);
  let count = 0;
  let last = 10;
  for (;;) {
    const length = file.readSync(buffer);
    if (length === null) return last === 10 ? count : count + 1;
    for (let at = 0; at < length; at++) if (buffer[at] === 10) count++;
    last = buffer[length - 1] ?? last;
  }
}
