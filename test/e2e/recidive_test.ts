import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { failedPassword, startDaemon } from "../support/daemon.ts";

/** Bans of sshd are over after two seconds, and the third one within a day is one too many. */
const CONFIG = String.raw`[jail.sshd]
log_path = "@LOG@"
date_format = "syslog"
filter = ['sshd\[\d+\]: Failed password for .* from <HOST>']
port = 22
max_retry = 2
find_time = "10m"
ban_time = 2

[jail.recidive]
source = "bans"
max_retry = 3
find_time = "1d"
ban_time = "1w"
`;

const HOST = "203.0.113.9";

Deno.test("run bans on all ports who was banned three times, with a crash in between", async () => {
  await using daemon = await startDaemon({ config: CONFIG });
  const banShortly = async (times: number) => {
    daemon.append(failedPassword(HOST).repeat(2));
    const bans = new RegExp(`(Ban host(.|\n)*?jail=sshd(.|\n)*?){${times}}`);
    await daemon.heard(bans);
    // The kernel lets go a moment before: until the daemon does, too, failures are those of a banned host.
    await daemon.heard(new RegExp(`(Unban host(.|\n)*?){${times}}`));
  };
  await banShortly(1);
  await banShortly(2);
  deepStrictEqual([...(await daemon.kernelBans("recidive"))], []);
  const { out } = await daemon.cli("status", "recidive");
  match(out, /Source\s+bans\nState\s+watching/);
  match(out, /Failed\s+1 now, 2 in all/);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  daemon.append(failedPassword(HOST).repeat(2));
  await daemon.heard(/Ban host.*jail=recidive/);
  const left = (await daemon.kernelBans("recidive")).get(HOST) ?? 0;
  ok(left > 604_700 && left <= 604_800, `${left} s left`);
  const rules = await daemon.exec("nft", "list", "table", "inet", "fail2deno");
  match(rules.out, /@sshd-v4/);
  match(rules.out, /ip saddr @recidive-v4 drop/);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  ok((await daemon.kernelBans("recidive")).has(HOST));
  strictEqual((await daemon.kernelBans("recidive")).size, 1);
});
