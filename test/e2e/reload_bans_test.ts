import { match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const FIRST = "203.0.113.9";
const SECOND = "203.0.113.10";

/** Writes the configuration with one thing changed, and reloads. */
async function change(
  daemon: TestDaemon,
  from: string | RegExp,
  to: string,
): Promise<void> {
  const text = Deno.readTextFileSync(daemon.configFile);
  const changed = text.replace(from, () => to);
  ok(changed !== text, `${from} is not there`);
  Deno.writeTextFileSync(daemon.configFile, changed);
  const { code, err } = await daemon.cli("reload");
  strictEqual(code, 0, err);
}

async function startWithBan(more = ""): Promise<TestDaemon> {
  const daemon = await startDaemon({ config: SAMPLE_JAIL + more });
  daemon.append(failedPassword(FIRST).repeat(5));
  await daemon.heard(/Ban host.*jail=sshd/);
  return daemon;
}

/** @returns when the bans that run end, in seconds */
async function endOf(daemon: TestDaemon, host: string): Promise<number> {
  const { out } = await daemon.cli("list-bans", "--json");
  const bans: { host: string; end: string }[] = JSON.parse(out);
  const end = Date.parse(bans.find((ban) => ban.host === host)?.end ?? "");
  ok(end > 0, out);
  return end / 1000;
}

Deno.test("reload with another ban time leaves running bans their end, and gives new ones theirs", async () => {
  await using daemon = await startWithBan();
  const end = await endOf(daemon, FIRST);
  await change(daemon, 'ban_time = "1h"', 'ban_time = "10h"');
  strictEqual(await endOf(daemon, FIRST), end);
  const left = (await daemon.kernelBans()).get(FIRST) ?? 0;
  ok(left > 3400 && left <= 3600, `${left} s left`);
  daemon.append(failedPassword(SECOND).repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.10/);
  const other = (await daemon.kernelBans()).get(SECOND) ?? 0;
  ok(other > 35_000 && other <= 36_000, `${other} s left`);
});

Deno.test("reload with a lower limit counts the failures that there were", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword(FIRST).repeat(2));
  await until(
    "both are counted",
    async () =>
      JSON.parse((await daemon.cli("stats", "--json")).out).failures === 2,
  );
  await change(daemon, "max_retry = 5", "max_retry = 3");
  daemon.append(failedPassword(FIRST));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
});

Deno.test("reload with other patterns matches by them from the next line on, and keeps the bans", async () => {
  await using daemon = await startWithBan();
  await change(daemon, /filter = .*/, `filter = ['sshd: refused <HOST>$']`);
  strictEqual((await daemon.kernelBans()).size, 1);
  daemon.append(failedPassword("203.0.113.11").repeat(5));
  const refused = failedPassword(SECOND)
    .replace(/sshd\[.*/, `sshd: refused ${SECOND}`);
  daemon.append(refused.repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.10/);
  strictEqual((await daemon.kernelBans()).size, 2);
});

Deno.test("reload with another backend carries the bans over, and leaves nothing in the old one", async () => {
  // The daemon may run iptables only where a jail asked for it at the start.
  await using daemon = await startWithBan(`
[jail.other]
enabled = true
log_path = "@LOG@"
filter = ['other <HOST>']
backend = "iptables"
`);
  await change(daemon, 'backend = "nftables"', 'backend = "iptables"');
  const saved = () => daemon.exec("iptables-save");
  await until(
    "it stands in the chain",
    async () => (await saved()).out.includes(`-s ${FIRST}/32`),
  );
  const table = await daemon.exec(
    ...["nft", "list", "table", "inet", "fail2deno"] as const,
  );
  strictEqual(table.out, "table inet fail2deno {\n}\n");
  await change(
    daemon,
    'ban_time = "1h"\nbackend = "iptables"',
    'ban_time = "1h"\nbackend = "nftables"',
  );
  strictEqual((await daemon.kernelBans()).size, 1);
  await until(
    "the chain is gone",
    async () => !(await saved()).out.includes(FIRST),
  );
});

Deno.test("reload with a longer ignore list frees who is on it", async () => {
  await using daemon = await startWithBan();
  daemon.append(failedPassword(SECOND).repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.10/);
  await change(daemon, '"::1/128"]', `"::1/128", "${FIRST}/32"]`);
  await until(
    "the host is free",
    async () => !(await daemon.kernelBans()).has(FIRST),
  );
  strictEqual((await daemon.kernelBans()).size, 1);
  match((await daemon.cli("list-bans")).out, /203\.0\.113\.10/);
});
