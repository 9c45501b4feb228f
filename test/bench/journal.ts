/**
 * The journal: from the entry to the ban, one at a time, and then a flood.
 *
 *     deno task bench:journal
 *
 * The times are those of the daemon's own log, which says a ban once the kernel has it. In the flood, entries are written as
 * fast as journald takes them; beside the time until all are counted stands what daemon and journalctl took of a core.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { formatTable } from "../../src/cli/table.ts";
import { startDaemon, type TestDaemon, until } from "../support/daemon.ts";
import { type Journald, startJournald } from "../support/journald.ts";
import { percentile } from "./support.ts";

const BANS = 300;
const FLOOD = 100_000;
/** The kernel counts a process's time in these. */
const TICKS_A_SECOND = 100;

const times = await measureBans();
const flood = await measureFlood();
console.log("Entry written to ban said, milliseconds");
console.log(formatTable(
  ["BANS", "P50", "P90", "P99", "MAX"],
  [[BANS, ...[0.5, 0.9, 0.99, 1].map((part) => percentile(times, part))]],
));
console.log(`${FLOOD} entries at once`);
console.log(formatTable(
  ["ENTRIES/S", "DAEMON %", "JOURNALCTL %", "DAEMON US/ENTRY"],
  [[flood.rate, flood.daemon, flood.reader, flood.microseconds]],
));
// 50 microseconds are 20,000 entries a second on one core; what the rate itself can be is up to journald and its writer.
Deno.exit(percentile(times, 0.99) <= 50 && flood.microseconds <= 50 ? 0 : 1);

async function measureBans(): Promise<number[]> {
  await using journal = await startJournald();
  await using daemon = await startBeside(journal, 1);
  await using writer = journal.open("sshd");
  const begins = new Map<string, number>();
  for (let i = 0; i < BANS; i++) {
    await new Promise((done) => setTimeout(done, 5 + Math.random() * 60));
    const host = `203.0.${i >> 8}.${i & 255}`;
    begins.set(host, Date.now());
    await writer.write(attempt(host));
  }
  const said = /^(\S+) info Ban host host=(\S+)/gm;
  await until(
    "all are banned",
    () => [...daemon.said().matchAll(said)].length === BANS,
  );
  return [...daemon.said().matchAll(said)].map(([, time = "", host = ""]) =>
    Date.parse(time) - (begins.get(host) ?? NaN)
  ).sort((a, b) => a - b);
}

async function measureFlood() {
  await using journal = await startJournald();
  await using daemon = await startBeside(journal, 10_000);
  await using writer = journal.open("sshd");
  const lines = Array.from(
    { length: FLOOD },
    (_, i) => attempt(`198.51.100.${i % 250}`),
  ).join("");
  const reader = await findReader(daemon);
  const before = [usedSeconds(daemon.pid), usedSeconds(reader)] as const;
  const begin = performance.now();
  await writer.write(lines);
  await until(
    "all are counted",
    async () =>
      JSON.parse((await daemon.cli("stats", "--json")).out).failures >= FLOOD,
  );
  const seconds = (performance.now() - begin) / 1000;
  const used = usedSeconds(daemon.pid) - before[0];
  const { out } = await daemon.cli("stats", "--json");
  strictEqual(JSON.parse(out).failures, FLOOD);
  return {
    rate: Math.round(FLOOD / seconds),
    daemon: Math.round(used / seconds * 100),
    reader: Math.round((usedSeconds(reader) - before[1]) / seconds * 100),
    microseconds: Number((used * 1e6 / FLOOD).toFixed(1)),
  };
}

function startBeside(
  { namespace, enter }: Journald,
  maxRetry: number,
): Promise<TestDaemon> {
  const config = `[jail.sshd]\nlog_backend = "systemd"\n` +
    `journalmatch = "SYSLOG_IDENTIFIER=sshd"\nmax_retry = ${maxRetry}\n`;
  return startDaemon({ config, namespace, enter });
}

async function findReader(daemon: TestDaemon): Promise<number> {
  const { out } = await daemon.exec("pgrep", "-P", String(daemon.pid));
  const id = Number(out.trim());
  ok(id > 0, `no journalctl: ${out}`);
  return id;
}

/** @returns seconds of a core that a process has used so far */
function usedSeconds(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function attempt(host: string): string {
  return `Failed password for root from ${host} port 40022 ssh2\n`;
}
