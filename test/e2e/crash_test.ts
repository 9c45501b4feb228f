import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { failedPassword, startDaemon } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

Deno.test("run after kill -9 keeps the bans and doubles nothing", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  daemon.append(failedPassword("2001:db8::9").repeat(5));
  await daemon.heard(/Ban host.*2001:db8::\/64/);
  strictEqual(
    (await daemon.cli("ban", "203.0.113.0/28", "sshd", "--for", "-1")).code,
    0,
  );
  const before = await daemon.kernelBans();
  const rulesBefore = await daemon.exec("nft", "-s", "list", "ruleset");
  for (let life = 0; life < 3; life++) {
    await daemon.kill("SIGKILL");
    await daemon.startAgain();
  }
  const after = await daemon.kernelBans();
  deepStrictEqual([...after.keys()].sort(), [...before.keys()].sort());
  for (const [host, left] of after) {
    const had = before.get(host);
    ok(left === had || (left ?? 0) <= (had ?? 0), `${host}: ${left} of ${had}`);
  }
  const rulesAfter = await daemon.exec("nft", "-s", "list", "ruleset");
  strictEqual(withoutTimes(rulesAfter.out), withoutTimes(rulesBefore.out));
  const { out } = await daemon.cli("list-bans", "--json");
  strictEqual(JSON.parse(out).length, 3);
});

Deno.test("SIGTERM removes our table and leaves others alone", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  await daemon.exec("nft", "add", "table", "inet", "other");
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  strictEqual(await daemon.kill("SIGTERM"), 0);
  const { out } = await daemon.exec("nft", "list", "ruleset");
  strictEqual(out.trim(), "table inet other {\n}");
});

Deno.test("run restores all bans when someone flushes the ruleset before the next ban", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  await daemon.exec("nft", "flush", "ruleset");
  daemon.append(failedPassword("203.0.113.10").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.10/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), [
    "203.0.113.10",
    "203.0.113.9",
  ]);
});

function withoutTimes(ruleset: string): string {
  return ruleset.replaceAll(/ (timeout|expires) \S+/g, "")
    .split(/[\s,]+/).sort().join(" ");
}
