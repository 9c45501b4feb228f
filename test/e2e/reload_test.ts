/**
 * Reloads while a log is written: no line is lost or counted twice, and a banned host is kept out all the time.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

/** Half of them fail one time less than the threshold, half exactly as often as it takes. */
const HOSTS = 4000;
const RELOADS = 8;
const LINES_A_TICK = 100;
const TICK_MS = 10;
const GUARD = "203.0.113.250";

Deno.test("reload under 10,000 lines a second loses no line and opens no gap in the rules", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  await daemon.cli("ban", GUARD, "sshd", "--for", "-1");
  const work = { isDone: false };
  const [looks, reloads] = await Promise.all([
    watchGuard(daemon, work),
    reloadOften(daemon, work),
    writeLines(daemon).finally(() => work.isDone = true),
  ]);
  ok(reloads >= RELOADS, `only ${reloads} reloads`);
  ok(looks > 20, `only ${looks} looks at the kernel`);
  const attackers = Array.from({ length: HOSTS / 2 }, (_, n) => hostOf(2 * n));
  await until(
    "all attackers are banned",
    async () => (await daemon.kernelBans()).size > attackers.length,
  );
  const banned = [...(await daemon.kernelBans()).keys()];
  deepStrictEqual(banned.sort(), [...attackers, GUARD].sort());
  const stats = JSON.parse((await daemon.cli("stats", "--json")).out);
  strictEqual(stats.failures, (HOSTS / 2) * 9);
});

async function writeLines(daemon: TestDaemon): Promise<void> {
  const hosts = Array.from(
    { length: HOSTS },
    (_, n) => new Array<string>(n % 2 === 0 ? 5 : 4).fill(hostOf(n)),
  ).flat();
  // Every host's failures lie far apart: 7919 is prime to their number.
  const mixed = hosts.map((_, i) => hosts[(i * 7919) % hosts.length] ?? "");
  for (let at = 0; at < mixed.length; at += LINES_A_TICK) {
    const lines = mixed.slice(at, at + LINES_A_TICK);
    daemon.append(lines.map((host) => failedPassword(host)).join(""));
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

/** Patterns, ports and a second jail change from one reload to the next. */
async function reloadOften(
  daemon: TestDaemon,
  work: { readonly isDone: boolean },
): Promise<number> {
  const text = Deno.readTextFileSync(daemon.configFile);
  let reloads = 0;
  while (!work.isDone || reloads < RELOADS) {
    const ports = reloads % 2 === 0 ? '["22", "2222"]' : '["22"]';
    const more = reloads % 3 === 0
      ? text.slice(text.indexOf("[jail.sshd]"))
        .replace("[jail.sshd]", "[jail.other]")
        .replaceAll("Failed password", "Refused password")
      : "";
    Deno.writeTextFileSync(
      daemon.configFile,
      `${text.replace('["22"]', ports)}${more}`,
    );
    const { code, err } = await daemon.cli("reload");
    strictEqual(code, 0, err);
    reloads++;
  }
  return reloads;
}

/**
 * Whenever one looks, the host stands in the set, and a rule drops who stands there. The host is asked for, since the list of a
 * set that grows meanwhile may lack any of it.
 */
async function watchGuard(
  daemon: TestDaemon,
  work: { readonly isDone: boolean },
): Promise<number> {
  let looks = 0;
  while (!work.isDone) {
    const { out } = await daemon.exec("nft", "-t", "list", "ruleset");
    ok(/@sshd-v4\b.*drop/.test(out), `no rule:\n${out}`);
    const { code, err } = await daemon.exec(
      ...["nft", "get", "element", "inet", "fail2deno", "sshd-v4"] as const,
      `{ ${GUARD} }`,
    );
    // The kernel gives no answer while the ruleset changes: ask again.
    if (err.includes("Interrupted system call")) continue;
    strictEqual(code, 0, `the host is gone: ${err}`);
    looks++;
  }
  return looks;
}

function hostOf(n: number): string {
  return `198.18.${n >> 8}.${n & 255}`;
}
