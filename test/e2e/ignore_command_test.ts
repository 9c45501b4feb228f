import { match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";

/** Spares 203.0.113.1 and writes down whom it is asked about. */
const FRIEND = `#!/bin/sh
echo "$1 $2" >> "$(dirname "$0")/asked"
test "$1" = 203.0.113.1
`;

const CONFIG = `[jail.sshd]
log_path = "@LOG@"
filter = "sshd"
max_retry = 3
ignoreip = ["203.0.113.3"]
ignore_command = 'sh @DIR@/friend.sh <ip> "<F-USER>"'
`;

Deno.test("run ignores the failures of a host that the jail's command spares, and no others", async () => {
  await using daemon = await startDaemon({
    config: CONFIG,
    files: { "friend.sh": FRIEND },
  });
  match(
    (await daemon.cli("permissions")).out,
    /run +\/bin\/sh +ignore_command of jail sshd/,
  );
  const hosts = ["203.0.113.1", "203.0.113.2", "203.0.113.3"];
  for (let round = 0; round < 5; round++) {
    for (const host of hosts) daemon.append(failedPassword(host));
  }
  daemon.append(failedPassword("203.0.113.4", "$(touch${IFS}/tmp/pwned)"));
  await daemon.heard(/Ban host.*203\.0\.113\.2/);
  daemon.append(failedPassword("203.0.113.2").repeat(2));
  strictEqual([...(await daemon.kernelBans()).keys()].join(), "203.0.113.2");
  await until("all were asked about", async () => {
    const { out } = await daemon.cli("status", "sshd", "--json");
    return JSON.parse(out).ignored === 10 && readAsked(daemon).length === 3;
  });
  const asked = readAsked(daemon);
  strictEqual(
    asked.map((line) => line.split(" ")[0]).join(),
    "203.0.113.1,203.0.113.2,203.0.113.4",
  );
  ok(asked.includes("203.0.113.1 root"));
});

function readAsked({ folder }: TestDaemon): string[] {
  return Deno.readTextFileSync(`${folder}/asked`).trim().split("\n").sort();
}

Deno.test("run counts failures where the jail's command cannot be asked, and takes another one at a reload", async () => {
  await using daemon = await startDaemon({
    config: CONFIG.replace("sh @DIR@/friend.sh", "/nonexistent/friend"),
    files: { "friend.sh": FRIEND },
  });
  daemon.append(failedPassword("203.0.113.1").repeat(3));
  await daemon.heard(/Ban host.*203\.0\.113\.1/);
  match(daemon.said(), /Cannot ask ignore_command.*not found/);
  match((await daemon.cli("stats")).out, /Unanswered +1\n/);
  strictEqual((await daemon.cli("unban", "--all")).code, 0);
  const text = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(
    daemon.configFile,
    text.replace("/nonexistent/friend", `sh ${daemon.folder}/friend.sh`),
  );
  strictEqual((await daemon.cli("reload")).code, 0);
  daemon.append(failedPassword("203.0.113.1").repeat(3));
  daemon.append(failedPassword("203.0.113.2").repeat(3));
  await daemon.heard(/Ban host.*203\.0\.113\.2/);
  strictEqual([...(await daemon.kernelBans()).keys()].join(), "203.0.113.2");
});

Deno.test("reload refuses a command after the shell was given up", async () => {
  await using daemon = await startDaemon({
    config: CONFIG.replace(/ignore_command.*\n/, ""),
  });
  const text = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(
    daemon.configFile,
    `${text}\nignore_command = "friend <ip>"\n`,
  );
  const { code, err } = await daemon.cli("reload");
  ok(code !== 0);
  match(err, /run of "\/bin\/sh" \(ignore_command of jail sshd\) was given up/);
});
