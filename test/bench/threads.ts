/**
 * Two busy logs, which one thread reads one after the other, and two threads at the same time. Each log ends with an attacker
 * who is banned when all of it is read.
 *
 *     deno task bench:threads
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { availableParallelism } from "node:os";
import type { NetlinkSocket } from "../../src/act/netlink/socket.ts";
import { formatTable } from "../../src/cli/table.ts";
import { failedPassword } from "../support/daemon.ts";
import { type Corpus, makeCorpus } from "./corpora/corpus.ts";
import { OPENSSH } from "./corpora/openssh.ts";
import {
  createSetProbe,
  enterNamespace,
  percentile,
  startOurs,
  waitFor,
} from "./support.ts";

const MAX_RETRY = 5;
const RUNS = 3;
const COUNTS = [1, 2];
const BYTES = 30_000_000;
const SEED = 20261120;
const SECOND_JAIL = `[jail.vpn]
log_path = "@LOG@.vpn"
filter = "sshd"
max_retry = ${MAX_RETRY}
ban_time = "1h"
`;

interface Run {
  readonly ms: number;
  /** Of the thread that worked longest: what it takes where every thread has a core. */
  readonly busiestMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly idleMb: number;
}

const corpus = makeCorpus(OPENSSH, { bytes: BYTES, seed: SEED });
const socket = await enterNamespace();
const runs = new Map<number, Run[]>(COUNTS.map((count) => [count, []]));
// By turns, so that what else the machine does falls on all alike.
for (let n = 0; n < RUNS; n++) {
  for (const count of COUNTS) {
    runs.get(count)?.push(await measure(count, corpus, socket));
  }
}
socket.close();
report();

async function measure(
  scanThreads: number,
  { path }: Corpus,
  socket: NetlinkSocket,
): Promise<Run> {
  const ours = await startOurs({
    maxRetry: MAX_RETRY,
    moreJails: SECOND_JAIL,
    scanThreads,
  });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const idleMb = readMegabytes(ours.pid, "VmRSS");
  const logs = [ours.logFile, `${ours.logFile}.vpn`];
  for (const log of logs) prepare(path, `${log}.new`);
  const before = readThreads(ours.pid);
  const start = performance.now();
  for (const log of logs) Deno.renameSync(`${log}.new`, log);
  const probes = ["sshd-v4", "vpn-v4"].map((set) =>
    createSetProbe(socket, { ...ours.set, set })
  );
  await waitFor(
    "both logs are read",
    () => probes.every((isBanned, n) => isBanned(attacker(n))),
  );
  const ms = performance.now() - start;
  const times = readThreads(ours.pid)
    .map(([thread, time]) => time - (new Map(before).get(thread) ?? 0));
  const rssMb = readMegabytes(ours.pid, "VmHWM");
  await ours.stop();
  return {
    ms,
    busiestMs: Math.max(...times),
    cpuMs: times.reduce((sum, time) => sum + time, 0),
    rssMb,
    idleMb,
  };
}

/** A log of old lines, whose last ones are of now. */
function prepare(corpusPath: string, log: string): void {
  Deno.copyFileSync(corpusPath, log);
  const place = log.endsWith(".vpn.new") ? 1 : 0;
  const text = failedPassword(attacker(place)).repeat(MAX_RETRY);
  Deno.writeTextFileSync(log, text, { append: true });
}

function attacker(place: number): string {
  return `203.3.0.${place + 1}`;
}

/** @returns milliseconds of processor time by thread */
function readThreads(pid: number): readonly (readonly [string, number])[] {
  return [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => {
    const stat = Deno.readTextFileSync(`/proc/${pid}/task/${name}/stat`);
    const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(")")).split(" ")
      .slice(12, 14).map(Number);
    return [name, (user + system) * 10];
  });
}

function readMegabytes(pid: number, key: "VmRSS" | "VmHWM"): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}

function report(): void {
  const median = (count: number, key: keyof Run) =>
    percentile(
      (runs.get(count) ?? []).map((run) => run[key]).sort((a, b) => a - b),
      0.5,
    );
  const rows = COUNTS.map((count) => {
    strictEqual(runs.get(count)?.length, RUNS);
    return [
      count,
      Math.round(median(count, "ms")),
      (median(1, "ms") / median(count, "ms")).toFixed(2),
      Math.round(median(count, "busiestMs")),
      (median(1, "busiestMs") / median(count, "busiestMs")).toFixed(2),
      Math.round(median(count, "cpuMs")),
      Math.round(median(count, "idleMb")),
      Math.round(median(count, "rssMb")),
    ];
  });
  console.log(
    `2 logs of ${corpus.lines} lines each, ${availableParallelism()} cores, medians of ${RUNS}: both read to the end`,
  );
  console.log(
    formatTable([
      ...["THREADS", "MS", "TIMES AS FAST", "BUSIEST MS", "TIMES AS FAST"],
      ...["CPU MS", "IDLE MB", "PEAK MB"],
    ], rows),
  );
}
