import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const AT_ONCE = SAMPLE_JAIL.replace("max_retry = 5", "max_retry = 1");

/** Of a core, over some seconds: what a daemon takes that does nothing. */
const IDLE_SHARE = 0.02;
/** The machine may be busy with something else for a while. */
const ATTEMPTS = 3;

const TICKS_A_SECOND = 100;

function nthHost(n: number): string {
  return `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
}

async function banHosts(daemon: TestDaemon, count: number): Promise<void> {
  const lines = Array.from(
    { length: count },
    (_, n) => failedPassword(nthHost(n)),
  );
  daemon.append(lines.join(""));
  await until(
    `${count} hosts are banned`,
    async () => (await daemon.kernelBans()).size === count,
  );
}

/** @returns processor time of the daemon so far, in seconds */
function processorSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND;
}

/** Each repair is said once. */
function repairs(daemon: TestDaemon): string[] {
  return daemon.said().split("\n")
    .filter((line) => line.includes("Firewall was changed from outside"));
}

/** @returns milliseconds until this repair is said */
async function flush(daemon: TestDaemon, repair: number): Promise<number> {
  const begin = performance.now();
  await daemon.exec("nft", "flush", "ruleset");
  await until("it is repaired", () => repairs(daemon).length >= repair);
  const took = performance.now() - begin;
  strictEqual(repairs(daemon).length, repair);
  return took;
}

for (const count of [1_000, 10_000]) {
  Deno.test(`run has ${count} bans in the kernel again within a second of a flush`, async () => {
    await using daemon = await startDaemon({ config: AT_ONCE });
    await banHosts(daemon, count);
    const rules = await daemon.exec("nft", "-s", "-t", "list", "ruleset");
    const times: number[] = [];
    do {
      times.push(await flush(daemon, times.length + 1));
      strictEqual((await daemon.kernelBans()).size, count);
      const after = await daemon.exec("nft", "-s", "-t", "list", "ruleset");
      deepStrictEqual(
        after.out.split("\n").sort(),
        rules.out.split("\n").sort(),
      );
    } while (times.length < ATTEMPTS && Math.min(...times) >= 1_000);
    console.log(`${count} bans back after ${times.map(Math.round)} ms`);
    ok(Math.min(...times) < 1_000, `${times} ms`);
    const [warning = ""] = repairs(daemon);
    match(warning, /by=nft gone=table/);
    ok(warning.includes(`bans=${count}`), warning);
  });
}

Deno.test("run puts back what nft deletes, but not what fail2deno unbans", async () => {
  await using daemon = await startDaemon({ config: AT_ONCE });
  await banHosts(daemon, 3);
  const element = ["element", "inet", "fail2deno", "sshd-v4"];
  await daemon.exec("nft", "delete", ...element, `{ ${nthHost(1)} }`);
  await daemon.heard(/repaired.*10\.0\.0\.1 of sshd/);
  strictEqual((await daemon.kernelBans()).size, 3);
  strictEqual((await daemon.cli("unban", nthHost(2))).code, 0);
  await daemon.exec(
    "nft",
    "flush chain inet fail2deno jail-sshd; delete set inet fail2deno sshd-v4",
  );
  await daemon.heard(/repaired.*set sshd-v4/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), [
    nthHost(0),
    nthHost(1),
  ]);
});

Deno.test("run takes no processor time while nothing happens", async () => {
  await using daemon = await startDaemon({ config: AT_ONCE });
  await banHosts(daemon, 10);
  // The start, and what it leaves to be collected.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const before = processorSeconds(daemon.pid);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const share = (processorSeconds(daemon.pid) - before) / 3;
  ok(share <= IDLE_SHARE, `${(100 * share).toFixed(1)} % of a core`);
});
