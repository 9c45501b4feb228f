/**
 * fail2deno itself, as a process and within this one.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { BlockReader } from "../../../src/source/block_reader.ts";
import { BanLog } from "../../../src/cli/dry_run/ban_log.ts";
import { checkPattern } from "../../../src/match/compile.ts";
import { createMatcher } from "../../../src/match/matcher.ts";
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
  const { lines, failures, bans } = JSON.parse(out);
  strictEqual(lines, expected.lines);
  strictEqual(failures, expected.failures);
  if (expected.bans !== undefined) strictEqual(bans.length, expected.bans);
  return {
    name: "fail2deno dry-run",
    lines,
    bytes: log.bytes,
    seconds,
    peakBytes,
    note: "whole process",
  };
}

/** @returns the configuration as the program would see it */
export function loadJails(file: string): Config {
  return loadConfig({
    file,
    filtersFolders: [new URL("../../../filters/", import.meta.url)],
    checkPattern,
  });
}

/** Runs reading, match and track in this process: what a line costs without the start of one. */
export function runPipeline(
  config: Config,
  log: { readonly path: string; readonly bytes: number },
  expected: Expected,
): Result {
  const matcher = createMatcher(config.jails, { trustsStamps: true });
  const bans = new BanLog(config.jails, config);
  const nowSeconds = Date.now() / 1000;
  const position = { device: 0, inode: 0, offset: 0 };
  const reader = new BlockReader(new Uint8Array(256 << 10), (bytes) => {
    matcher.match(
      { source: "-", bytes, position, isCatchUp: true },
      nowSeconds,
      (failure) => bans.add(failure),
    );
  });
  const start = performance.now();
  using file = Deno.openSync(log.path);
  for (;;) {
    const length = file.readSync(reader.space);
    if (length === null) break;
    reader.take(length);
  }
  reader.flush();
  const seconds = (performance.now() - start) / 1000;
  const { lines } = matcher.counts;
  strictEqual(lines, expected.lines);
  strictEqual(bans.failures, expected.failures);
  if (expected.bans !== undefined) {
    strictEqual(bans.bans.length, expected.bans);
  }
  return {
    name: "fail2deno",
    lines,
    bytes: log.bytes,
    seconds,
    note: "read, match, track",
  };
}
