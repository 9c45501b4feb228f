/**
 * How soon a daemon answers while its log is hostile.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { createControlClient } from "../../../src/control/client.ts";
import { openLibc } from "../../../src/util/libc.ts";
import type { Corpus } from "../corpora/corpus.ts";
import { enterNamespace, percentile, startOurs, waitFor } from "../support.ts";

/** Answers in milliseconds. */
export interface ControlLatency {
  readonly asked: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Bytes written at once: an attacker's burst. */
const BURST_BYTES = 1 << 20;

/**
 * Starts a daemon in a network namespace, writes the log in bursts as fast as it is read, and asks for the status
 * without a pause.
 *
 * @param jails besides sshd's, with `@LOG@` for the log
 */
export async function askWhileHostile(
  corpus: Corpus,
  jails: string,
): Promise<ControlLatency> {
  (await enterNamespace()).close();
  const daemon = await startOurs({ maxRetry: 5, moreJails: jails });
  const folder = daemon.logFile.replace(/[^/]*$/, "");
  const client = createControlClient(openLibc(), `${folder}run/control.sock`);
  const times: number[] = [];
  const ask = async () => {
    const start = performance.now();
    const stats = await client.stats();
    times.push(performance.now() - start);
    return stats;
  };
  try {
    // The first question takes as long as this process needs to learn how to ask.
    await client.stats();
    using corpusFile = Deno.openSync(corpus.path);
    using log = Deno.openSync(daemon.logFile, { append: true });
    const burst = new Uint8Array(BURST_BYTES);
    let written = 0;
    for (;;) {
      const length = corpusFile.readSync(burst);
      if (length === null) break;
      log.writeSync(burst.subarray(0, length));
      written += length;
      // It is one burst behind at most, and never idle.
      while ((await ask()).bytes < written - BURST_BYTES) { /* ask again */ }
    }
    await waitFor(
      "the daemon has read all",
      async () => (await ask()).lines >= corpus.lines,
    );
    const stats = await ask();
    strictEqual(stats.lines, corpus.lines);
    strictEqual(stats.failures, 0);
  } finally {
    await daemon.stop();
  }
  times.sort((a, b) => a - b);
  return {
    asked: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: percentile(times, 1),
  };
}
