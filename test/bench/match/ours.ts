/**
 * fail2deno itself, as a process and within this one.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { statLog } from "../../../src/cli/dry_run/log_input.ts";
import type { Outcome } from "../../../src/cli/dry_run/outcome.ts";
import { Progress } from "../../../src/cli/dry_run/progress.ts";
import { Replay } from "../../../src/cli/dry_run/replay.ts";
import { checkPattern } from "../../../src/match/check_pattern.ts";
import { loadConfig } from "../../../src/config/load.ts";
import type { Config } from "../../../src/config/types.ts";
import { LAUNCHER } from "../../support/daemon.ts";
import type { Corpus } from "../corpora/corpus.ts";
import { type Result, runProcess } from "./measure.ts";

/** What is to be found in a log. */
export interface Expected {
  readonly lines: number;
  readonly failures: number;
  /** Undefined where nothing tells. */
  readonly bans: number | undefined;
}

/** @returns what a corpus has for these filters together */
export function expectedOf(
  { lines, failures, bans }: Corpus,
  filters: readonly string[],
): Expected {
  const sum = (counts: Readonly<Record<string, number>>) =>
    filters.reduce((total, filter) => total + (counts[filter] ?? 0), 0);
  return { lines, failures: sum(failures), bans: sum(bans) };
}

/** Gives `act` the path of a configuration of these jails. */
export async function withConfig<T>(
  jails: string,
  act: (file: string) => Promise<T>,
): Promise<T> {
  const file = Deno.makeTempFileSync({ prefix: "fail2deno-bench-" });
  try {
    Deno.writeTextFileSync(file, jails);
    return await act(file);
  } finally {
    Deno.removeSync(file);
  }
}

/** @returns a jail of a filter; the log's path is not read */
export function jailOf(name: string, filter: string): string {
  return `[jail.${name}]\nlog_path = "/tmp/log"\nfilter = ${filter}\n` +
    `max_retry = 5\nfind_time = "10m"\nban_time = "1h"\n`;
}

/** Runs the whole `dry-run` process over a log, and checks what it finds. */
export async function runDryRun(
  config: string,
  log: { readonly path: string; readonly bytes: number },
  expected: Expected,
): Promise<Result> {
  const { code, out, err, seconds, peakBytes } = await runProcess(LAUNCHER, [
    ...["dry-run", "--json", "-c", config, log.path],
  ]);
  strictEqual(code, 0, err);
  checkOutcome(JSON.parse(out), expected);
  return {
    name: "fail2deno dry-run",
    lines: expected.lines,
    bytes: log.bytes,
    seconds,
    peakBytes,
    note: "whole process",
  };
}

/** @param filters folder that comes before the built-in ones @returns the configuration as the program would see it */
export function loadJails(file: string, filters?: string): Config {
  const builtIn = new URL("../../../filters/", import.meta.url);
  return loadConfig({
    file,
    filtersFolders: filters === undefined
      ? [builtIn]
      : [new URL(`file://${filters}/`), builtIn],
    checkPattern,
  });
}

/** Runs the same in this process: what a line costs without the start of one. */
export async function runPipeline(
  config: Config,
  log: { readonly path: string; readonly bytes: number },
  expected: Expected,
): Promise<Result> {
  const replay = new Replay({
    config,
    jails: config.jails,
    nowSeconds: Date.now() / 1000,
    progress: new Progress({ width: 80, totalBytes: undefined }),
    interruption: NEVER,
  });
  const start = performance.now();
  await replay.read(statLog(log.path));
  const seconds = (performance.now() - start) / 1000;
  checkOutcome(replay.outcome(), expected);
  return {
    name: "fail2deno",
    lines: expected.lines,
    bytes: log.bytes,
    seconds,
    note: "read, match, track",
  };
}

/** Nobody presses Ctrl-C. */
const NEVER = {
  isAsked: false,
  asked: new Promise<void>(() => {}),
  breathe: () => Promise.resolve(),
};

function checkOutcome(outcome: Outcome, expected: Expected): void {
  strictEqual(outcome.lines, expected.lines);
  strictEqual(outcome.failures, expected.failures);
  if (expected.bans !== undefined) {
    strictEqual(outcome.bans.length, expected.bans);
  }
}
