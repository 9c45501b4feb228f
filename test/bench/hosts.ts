/**
 * A flood of hosts: a million IPv4 and a million IPv6 hosts fail twice each, and a thousand among them attack. Every attacker
 * is banned, memory stays flat, a failure costs at the end what it cost at the start, and the control socket answers.
 *
 *     deno task bench:hosts        HOSTS=… for another number of each family
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { createControlClient } from "../../src/control/client.ts";
import { bannedAs, failedPassword, startDaemon } from "../support/daemon.ts";
import { openLibc } from "../../src/util/libc.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const HOSTS = Number(Deno.env.get("HOSTS") ?? 1_000_000);
const ATTACKERS = 1000;
const SLICES = 20;
/** The log is written this far ahead of the daemon at most. */
const MOST_AHEAD = 4_000_000;

interface Slice {
  readonly ms: number;
  readonly residentKb: number;
}

await using daemon = await startDaemon({ config: SAMPLE_JAIL });
const idle = new Worker(new URL("./idle_worker.ts", import.meta.url), {
  type: "module",
});
const client = createControlClient(
  openLibc(),
  `${daemon.folder}/run/control.sock`,
);
const tail = failedPassword("HOST");
const waits: number[] = [];
const slices: Slice[] = [];
using log = Deno.openSync(daemon.logFile, { append: true });
let lines = 0;
for (let slice = 0; slice < SLICES; slice++) slices.push(await runSlice(slice));
const { longestPauseMs, longestCommitMs } = await client.stats();
const bans = await client.bans();
const attackers = new Set(
  Array.from({ length: ATTACKERS }, (_, n) => bannedAs(attacker(n))),
);
strictEqual(bans.filter(({ host }) => attackers.has(host)).length, ATTACKERS);
strictEqual(bans.length, ATTACKERS);
report(await askIdle());
idle.terminate();

/** @returns milliseconds that a thread without work was kept waiting at the most */
function askIdle(): Promise<number> {
  return new Promise((resolve) => {
    idle.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
    idle.postMessage("");
  });
}

/** Two failures of each host; each attacker fails five times within some hundred lines. */
async function runSlice(slice: number): Promise<Slice> {
  const begin = performance.now();
  const from = Math.floor((slice * HOSTS) / SLICES);
  const to = Math.floor(((slice + 1) * HOSTS) / SLICES);
  const every = Math.floor(HOSTS / ATTACKERS);
  let text: string[] = [];
  for (let n = from; n < to; n++) {
    text.push(line(four(n)), line(six(n)), line(six(n)), line(four(n)));
    const attack = n % every;
    if (attack < 5 && n < every * ATTACKERS) {
      text.push(line(attacker(Math.floor(n / every))));
    }
    if (text.length < 10_000) continue;
    await write(text);
    text = [];
  }
  await write(text);
  await catchUp(0);
  const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
  return {
    ms: performance.now() - begin,
    residentKb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]),
  };
}

async function write(text: readonly string[]): Promise<void> {
  const bytes = new TextEncoder().encode(text.join(""));
  for (let at = 0; at < bytes.length;) at += log.writeSync(bytes.subarray(at));
  lines += text.length;
  await catchUp(MOST_AHEAD / 100);
}

/** Waits until the daemon is at most so many lines behind, and measures how long it takes to answer. */
async function catchUp(behind: number): Promise<void> {
  for (;;) {
    const asked = performance.now();
    const stats = await client.stats();
    waits.push(performance.now() - asked);
    if (stats.lines >= lines - behind) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function line(host: string): string {
  return tail.replace("HOST", host);
}

function four(n: number): string {
  return `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
}

function six(n: number): string {
  return `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}::1`;
}

function attacker(n: number): string {
  return n % 2 === 0
    ? `198.18.${n >> 8}.${n & 255}`
    : `2001:db9:0:${n.toString(16)}::1`;
}

function report(idleMs: number): void {
  const settled = slices.slice(SLICES / 10);
  const residents = settled.map(({ residentKb }) => residentKb / 1000);
  const cost = ({ ms }: Slice) => (ms * 1e6) / (lines / SLICES);
  const first = slices[1];
  const last = slices.at(-1);
  if (first === undefined || last === undefined) return;
  waits.sort((a, b) => a - b);
  const wait = (part: number) =>
    (waits[Math.floor(part * (waits.length - 1))] ?? NaN).toFixed(0);
  console.log(
    `${lines} lines, ${
      2 * HOSTS
    } hosts, ${ATTACKERS} attackers, all banned, nobody else\n` +
      `resident after the first tenth ${Math.min(...residents).toFixed(0)}-${
        Math.max(...residents).toFixed(0)
      } MB\n` +
      `a line ${cost(first).toFixed(0)} ns at the start, ${
        cost(last).toFixed(0)
      } ns at the end, writing it included\n` +
      `stats answered in ${wait(0.5)} ms, 99 % in ${wait(0.99)} ms, at most ${
        wait(1)
      } ms (${waits.length} times)\n` +
      `longest pause of the daemon's loop ${longestPauseMs} ms, longest commit ${longestCommitMs} ms; ` +
      `a thread that does nothing waited ${idleMs.toFixed(0)} ms at the most`,
  );
}
