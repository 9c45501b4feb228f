import { deepStrictEqual, ok } from "node:assert/strict";
import { startDaemon, syslogTime, until } from "../support/daemon.ts";

const jail = (name: string, start: string) =>
  `[jail.${name}]
log_path = "@LOG@"
filter = "sshd"
max_retry = 3
find_time = "10m"
ban_time = "2h"
${start}

`;

/** Three failures of a host, so many minutes ago. */
function failures(host: string, minutes: number): string {
  const time = syslogTime(new Date(Date.now() - 60_000 * minutes));
  return `${time} box sshd[4242]: Failed password for root from ${host} port 40022 ssh2\n`
    .repeat(3);
}

Deno.test("run begins in a log that it meets for the first time where start says, and bans as if it had been there", async () => {
  const config = jail("usual", "") + jail("hour", 'start = "1h"') +
    jail("all", 'start = "beginning"') + jail("none", 'start = "end"');
  await using daemon = await startDaemon({
    config,
    log: failures("203.0.113.1", 180) + failures("203.0.113.2", 90) +
      failures("203.0.113.3", 45) + failures("203.0.113.4", 2),
  });
  daemon.append(failures("203.0.113.5", 0));
  const bans = async () =>
    Object.fromEntries(
      await Promise.all(
        ["usual", "hour", "all", "none"].map(async (name) => {
          const hosts = [...(await daemon.kernelBans(name)).keys()];
          return [name, hosts.map((host) => host.split(".")[3]).sort()];
        }),
      ),
    );
  await until(
    "the new line counts",
    async () => (await bans()).none.length > 0,
  );
  // The oldest ban of two hours is over by now.
  deepStrictEqual(await bans(), {
    usual: ["4", "5"],
    hour: ["3", "4", "5"],
    all: ["2", "3", "4", "5"],
    none: ["5"],
  });
  const left = (await daemon.kernelBans("all")).get("203.0.113.2") ?? Infinity;
  ok(left <= 30 * 60 + 60, `${left} seconds left of a ban 90 minutes ago`);
});

Deno.test("run goes on where it was after a restart, whatever start says", async () => {
  await using daemon = await startDaemon({
    config: jail("all", 'start = "beginning"'),
    log: failures("203.0.113.1", 45),
  });
  await daemon.heard(/Ban host.*203\.0\.113\.1/);
  const { out } = await daemon.cli("unban", "203.0.113.1");
  ok(/Unbanned 1/.test(out), out);
  await daemon.kill("SIGTERM");
  await daemon.startAgain();
  daemon.append(failures("203.0.113.2", 0));
  await daemon.heard(/Ban host.*203\.0\.113\.2/);
  deepStrictEqual([...(await daemon.kernelBans("all")).keys()], [
    "203.0.113.2",
  ]);
});
