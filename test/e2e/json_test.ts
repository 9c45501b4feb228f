import { match, ok } from "node:assert/strict";
import { startDaemon, until } from "../support/daemon.ts";

const JAIL = `[jail.web]
log_path = "@LOG@"
max_retry = 2
format = "json"
time = "ts"
host = "peer"
forwarded = "forwarded"
match = { status = [401, 403] }
trusted_proxies = ["10.0.0.0/8"]
`;

function line(peer: string, forwarded: string, status = 401): string {
  const ts = Date.now() / 1000;
  return `${JSON.stringify({ ts, peer, forwarded, status })}\n`;
}

Deno.test("run bans clients behind trusted proxies by a log in JSON, and no proxy", async () => {
  await using daemon = await startDaemon({ config: JAIL });
  for (let i = 0; i < 2; i++) {
    daemon.append(line("10.0.0.1", "203.0.113.9, unknown"));
    daemon.append(line("10.0.0.1", "203.0.113.9, 203.0.113.7"));
    daemon.append(line("203.0.113.8", "203.0.113.9"));
    daemon.append(line("203.0.113.6", "", 200));
    daemon.append('{"status":401, and no more\n');
  }
  await daemon.heard(/Ban host.*203\.0\.113\.8/);
  const bans = await daemon.kernelBans("web");
  ok(bans.has("203.0.113.7") && bans.has("203.0.113.8"));
  ok(bans.size === 2);
  await until(
    "both torn lines are counted",
    async () =>
      /No JSON +2 lines/.test((await daemon.cli("status", "web")).out),
  );
  match((await daemon.cli("status", "web")).out, /Ignored +2\n/);
});
