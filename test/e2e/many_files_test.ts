import { ok } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";

const FILES = 1_000;
const FOLDERS = 4;
const MOST_MORE_KB = 20_000;

/** Of a core, in the time that is watched. */
const MOST_IDLE_SHARE = 0.01;
const WATCHED_MS = 10_000;
const TICKS_A_SECOND = 100;
const WINDOWS = 6;
const FEW_TICKS = MOST_IDLE_SHARE * TICKS_A_SECOND * WATCHED_MS / 1000;

const JAIL = `[jail.sshd]
log_path = "@DIR@/logs-*/*.log"
filter = "sshd"
max_retry = 3

[jail.web]
log_path = "@DIR@/logs-*/*.log"
filter = "nginx-http-auth"
`;

Deno.test("run reads 1,000 logs as it reads one: at once, idle when they are, in little more memory", async () => {
  await using one = await startWith(1);
  await using many = await startWith(FILES);
  await until(
    "all logs are watched",
    () => many.said().split("Watch log file").length > FILES,
  );
  const idle = await Promise.all([one, many].map(measureIdle));
  const [little = NaN, much = NaN] = idle.map(({ residentKb }) => residentKb);
  const share = idle[1]?.share ?? NaN;
  console.log(
    `${FILES} logs: ${much} kB resident, with one ${little} kB; idle ${
      (100 * share).toFixed(2)
    } % of a core, with one ${(100 * (idle[0]?.share ?? NaN)).toFixed(2)} %`,
  );
  ok(much - little <= MOST_MORE_KB, `${much - little} kB more`);
  ok(share <= MOST_IDLE_SHARE, `${share} of a core`);

  const latencies = {
    one: await measureBan(one, 0),
    many: await measureBan(many, 777),
  };
  console.log(
    `to the ban in the kernel: ${latencies.many} ms, with one log ${latencies.one} ms`,
  );
});

function startWith(count: number): Promise<TestDaemon> {
  const names = Array.from({ length: count }, (_, at) => nameOf(at));
  return startDaemon({
    config: JAIL,
    // Each thread is an isolate of 15 MB, and with one log there is but one.
    scanThreads: 1,
    files: Object.fromEntries(names.map((name) => [name, "a line\n"])),
  });
}

function nameOf(at: number): string {
  return `logs-${at % FOLDERS}/${at}.log`;
}

/** When what the start left is given back. */
async function measureIdle(
  { pid }: TestDaemon,
): Promise<{ readonly residentKb: number; readonly share: number }> {
  await until("it is idle", async () => await countTicks(pid, 1_000) <= 3);
  // A tick of a machine that is busy with something else is worth less: the quietest time counts.
  let ticks = Infinity;
  for (let i = 0; i < WINDOWS && ticks > FEW_TICKS; i++) {
    ticks = Math.min(ticks, await countTicks(pid, WATCHED_MS));
  }
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const residentKb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { residentKb, share: ticks / TICKS_A_SECOND / (WATCHED_MS / 1000) };
}

async function countTicks(pid: number, ms: number): Promise<number> {
  const before = ticksOf(pid);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return ticksOf(pid) - before;
}

/** Of all threads, in the kernel and outside. */
function ticksOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** @returns milliseconds from the write to the ban */
async function measureBan(daemon: TestDaemon, at: number): Promise<number> {
  const host = "203.0.113.77";
  const path = `${daemon.folder}/${nameOf(at)}`;
  const begin = performance.now();
  Deno.writeTextFileSync(path, failedPassword(host).repeat(3), {
    append: true,
  });
  await daemon.heard(/Ban host.*203\.0\.113\.77/);
  const took = Math.round(performance.now() - begin);
  ok((await daemon.kernelBans()).has(host));
  return took;
}
