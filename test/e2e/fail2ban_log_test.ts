import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import {
  FAIL2BAN_CONFIG,
  FAIL2BAN_PROGRAMS,
  PYTHON_MODULES,
} from "../support/fail2ban.ts";
import { isFile } from "../support/is_file.ts";
import { runText } from "../support/run.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const CONFIG = SAMPLE_JAIL.replace("max_retry = 5", "max_retry = 2") +
  '[logging]\nfail2ban_log = "@DIR@/fail2ban.log"\n';

const REGEX = `${FAIL2BAN_PROGRAMS}/fail2ban-regex`;
const RECIDIVE = `${FAIL2BAN_CONFIG}/filter.d/recidive.conf`;
const ignore = !isFile(REGEX) || !isFile(RECIDIVE);

/** @returns the lines of the log, without times, process and the blanks that line it up */
function readLog(path: string): string[] {
  return Deno.readTextFileSync(path).split("\n").slice(0, -1)
    .map((line) => {
      match(
        line,
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} fail2ban\.[a-z]+ +\[\d+\]: /,
      );
      return line.replace(/^.*?: ([A-Z]+) +/, "$1 ");
    });
}

/** Bans a host, frees it, and bans it again for longer. */
async function makeHistory(daemon: TestDaemon, log: string): Promise<void> {
  daemon.append(failedPassword("192.0.2.7").repeat(2));
  await daemon.heard(/Ban host.*192\.0\.2\.7/);
  strictEqual((await daemon.cli("ban", "192.0.2.9", "sshd")).code, 0);
  strictEqual((await daemon.cli("unban", "192.0.2.9")).code, 0);
  await until(
    "the log tells of the unban",
    () => /Unban 192\.0\.2\.9\n/.test(Deno.readTextFileSync(log)),
  );
}

Deno.test("run writes what fail2ban would log, over a rotation and a restart", async () => {
  await using daemon = await startDaemon({ config: CONFIG });
  const log = `${daemon.folder}/fail2ban.log`;
  await makeHistory(daemon, log);
  const [first = "", second = "", ...rest] = readLog(log);
  match(first, /^INFO \[sshd\] Found 192\.0\.2\.7 - [-0-9]{10} [:0-9]{8}$/);
  strictEqual(second, first);
  deepStrictEqual(rest, [
    "NOTICE [sshd] Ban 192.0.2.7",
    "NOTICE [sshd] Ban 192.0.2.9",
    "NOTICE [sshd] Unban 192.0.2.9",
  ]);
  const pid = new RegExp(`\\[${daemon.pid}\\]: `);
  match(Deno.readTextFileSync(log), pid);

  Deno.renameSync(log, `${log}.1`);
  Deno.kill(daemon.pid, "SIGHUP");
  await daemon.heard(/Configuration reloaded/);
  strictEqual((await daemon.cli("unban", "192.0.2.7")).code, 0);
  strictEqual((await daemon.cli("ban", "192.0.2.8", "sshd")).code, 0);
  await until("a new log is there", () => readLog(log).length === 2);
  deepStrictEqual(readLog(log), [
    "NOTICE [sshd] Unban 192.0.2.7",
    "NOTICE [sshd] Ban 192.0.2.8",
  ]);
  await daemon.kill("SIGTERM");
  await daemon.startAgain();
  await until("the ban goes on", () => readLog(log).length === 3);
  strictEqual(readLog(log)[2], "NOTICE [sshd] Restore Ban 192.0.2.8");
});

Deno.test("run may write /var/log/fail2ban.log where it is configured", async () => {
  const config = CONFIG.replace("@DIR@", "/var/log");
  // A /var/log of its own, not the machine's.
  const enter = [
    ...["unshare", "--mount", "--net", "sh", "-c"],
    ...['mount -t tmpfs none /var/log && exec "$@"', "sh"],
  ];
  await using daemon = await startDaemon({ config, enter });
  daemon.append(failedPassword("192.0.2.7").repeat(2));
  const log = `/proc/${daemon.pid}/root/var/log/fail2ban.log`;
  await until("it is written", () => {
    try {
      return readLog(log).length === 3;
    } catch {
      return false;
    }
  }, daemon.said);
  match(
    (await daemon.cli("permissions")).out,
    /write +\/var\/log\/fail2ban\.log +fail2ban_log/,
  );
});

Deno.test("run protects also where its fail2ban_log cannot be written", async () => {
  const config = CONFIG.replace("@DIR@/", "@DIR@/nowhere/");
  await using daemon = await startDaemon({ config });
  daemon.append(failedPassword("192.0.2.7").repeat(2));
  await daemon.heard(/Cannot write fail2ban_log.*No such file/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["192.0.2.7"]);
  const kept = (await daemon.cli("permissions")).out;
  ok(!kept.includes("/var/log/fail2ban.log"), kept);
});

Deno.test({
  name: "fail2ban's own recidive filter finds our bans in our log",
  ignore,
  async fn() {
    await using daemon = await startDaemon({ config: CONFIG });
    const log = `${daemon.folder}/fail2ban.log`;
    await makeHistory(daemon, log);
    const { out, err } = await runText("/usr/bin/python3", [
      ...[REGEX, "-c", FAIL2BAN_CONFIG, "-o", "<ip>", log, RECIDIVE],
    ], { PYTHONPATH: PYTHON_MODULES });
    deepStrictEqual(out.trim().split("\n"), ["192.0.2.7", "192.0.2.9"], err);
  },
});
