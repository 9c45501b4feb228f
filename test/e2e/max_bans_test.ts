import { deepStrictEqual, match } from "node:assert/strict";
import { failedPassword, startDaemon } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const AT_ONCE = SAMPLE_JAIL.replace("max_retry = 5", "max_retry = 1");

Deno.test("run holds max_bans in the kernel and the state, also when the next start allows fewer", async () => {
  await using daemon = await startDaemon({ config: AT_ONCE });
  setMaxBans(daemon.configFile, 3);
  await daemon.kill("SIGTERM");
  await daemon.startAgain();
  const ban = (host: string, time: string) =>
    daemon.cli("ban", host, "sshd", "--for", time);
  await ban("192.0.2.1", "-1");
  await ban("192.0.2.2", "30m");
  daemon.append(failedPassword("192.0.2.3"));
  await daemon.heard(/Ban host.*192\.0\.2\.3/);
  await ban("192.0.2.4", "2h");
  await ban("192.0.2.5", "3h");
  const kept = ["192.0.2.1", "192.0.2.4", "192.0.2.5"];
  deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), kept);
  match(daemon.said(), /Unban host.*192\.0\.2\.2.*reason=room/);
  match(daemon.said(), /WARN.*Too many bans.*max_bans/i);
  const stats = JSON.parse((await daemon.cli("stats", "--json")).out);
  deepStrictEqual(
    [stats.activeBans, stats.maxBans, stats.displaced],
    [3, 3, 2],
  );
  match((await daemon.cli("status", "sshd")).out, /Made room +2 bans/);

  setMaxBans(daemon.configFile, 2);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  const fewer = ["192.0.2.1", "192.0.2.5"];
  deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), fewer);
  setMaxBans(daemon.configFile, 100);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), fewer);
});

/** As an administrator would: by hand, and with a restart. */
function setMaxBans(file: string, most: number): void {
  const text = Deno.readTextFileSync(file).replace(/^max_bans = .*\n/m, "");
  const global = `[global]\nmax_bans = ${most}\n`;
  Deno.writeTextFileSync(file, text.replace("[global]\n", global));
}
