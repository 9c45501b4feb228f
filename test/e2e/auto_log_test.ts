/**
 * `log_path = "auto"` beside a real journal, with /var/log of the test's own.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  LAUNCHER,
  startDaemon,
  type TestDaemon,
  untilBanned,
} from "../support/daemon.ts";
import {
  type Journald,
  JOURNALD_OBSTACLE,
  startJournald,
} from "../support/journald.ts";

const JAIL = `[jail.sshd]
log_path = "auto"
journalmatch = "SYSLOG_IDENTIFIER=sshd"
max_retry = 1
`;

const LOG = "/var/log/auth.log";

Deno.test({
  name: JOURNALD_OBSTACLE === undefined
    ? "run chooses the journal, a log once it is there, and the journal again, at start and reload"
    : `run chooses a log or the journal (${JOURNALD_OBSTACLE})`,
  ignore: JOURNALD_OBSTACLE !== undefined,
  async fn() {
    await using journal = await startJournald();
    const { namespace, enter } = journal;
    await using daemon = await startDaemon({ config: JAIL, namespace, enter });
    match(daemon.said(), /Choose log jail=sshd source=journal reason=/);
    await using writer = journal.open("sshd");
    const enterJournal = (host: string) =>
      writer.write(`Failed password for root from ${host} port 1 ssh2\n`);

    const nothing = await check(journal, daemon);
    deepStrictEqual(nothing.problems, []);
    deepStrictEqual(nothing.sources, [{
      jail: "sshd",
      from: "systemd",
      reads: "the journal (SYSLOG_IDENTIFIER=sshd)",
      reason: "nothing is in a usual log, and the journal is there",
    }]);
    await enterJournal("203.0.113.1");
    await untilBanned(daemon, "203.0.113.1");
    match(
      (await journal.exec(LAUNCHER, "check", "-c", daemon.configFile)).out,
      /fine: 1 jail \(sshd\)\nJail sshd reads the journal .*: it has entries, and nothing is in a usual log\n$/,
    );

    // The log comes later: nothing changes until somebody asks for it.
    await append(journal, failedPassword("203.0.113.2"));
    await enterJournal("203.0.113.3");
    await untilBanned(daemon, "203.0.113.3");
    deepStrictEqual((await check(journal, daemon)).sources[0]?.reads, LOG);
    ok(!(await daemon.kernelBans()).has("203.0.113.2"));
    strictEqual((await daemon.cli("reload")).code, 0);
    match(daemon.said(), /Choose log jail=sshd source=\/var\/log\/auth\.log/);
    await untilBanned(daemon, "203.0.113.2");
    await append(journal, failedPassword("203.0.113.4"));
    await untilBanned(daemon, "203.0.113.4");

    await journal.exec("touch", "-d", "3 months ago", LOG);
    strictEqual((await daemon.cli("reload")).code, 0);
    await enterJournal("203.0.113.5");
    await untilBanned(daemon, "203.0.113.5");

    await journal.exec("touch", LOG);
    await daemon.kill("SIGTERM");
    await daemon.startAgain();
    await append(journal, failedPassword("203.0.113.6"));
    await untilBanned(daemon, "203.0.113.6");
    strictEqual(daemon.said().match(/source=journal/g), null);
    match((await daemon.cli("permissions")).out, /journal of jail sshd/);
  },
});

Deno.test("run waits for the first usual log that comes where there is no journal", async () => {
  await using daemon = await startDaemon({
    async config({ folder }) {
      await Deno.mkdir(`${folder}/filters.d`);
      await Deno.writeTextFile(
        `${folder}/filters.d/x.toml`,
        filterText(folder),
      );
      return '[jail.x]\nlog_path = "auto"\nmax_retry = 1\n';
    },
  });
  match(daemon.said(), /warn Wait for a log jail=x source=.*one.*two.*reason=/);
  const { code, err } = await daemon.cli("check");
  strictEqual(code, 0);
  match(err, /note: No log is there yet for jail "x": none of its usual/);
  await Deno.mkdir(`${daemon.folder}/two`);
  await Deno.writeTextFile(
    `${daemon.folder}/two/a.log`,
    failedPassword("203.0.113.1"),
  );
  await untilBanned(daemon, "203.0.113.1", "x");
});

function filterText(folder: string): string {
  return `description = "x"
logs = ["${folder}/one/x.log", "${folder}/two/*.log"]
fail = ['^ box sshd\\[\\d+\\]: Failed password for root from <HOST> port \\d+ ssh2$']
`;
}

async function check(
  journal: Journald,
  daemon: TestDaemon,
): Promise<{
  readonly problems: readonly unknown[];
  readonly sources: readonly { readonly reads: string }[];
}> {
  const { code, out, err } = await journal.exec(
    ...[LAUNCHER, "check", "--json", "-c", daemon.configFile] as const,
  );
  strictEqual(code, 0, err);
  return JSON.parse(out);
}

async function append(journal: Journald, text: string): Promise<void> {
  const { code, err } = await journal.exec(
    ...["sh", "-c", `printf %s "$1" >>${LOG}`, "sh", text] as const,
  );
  strictEqual(code, 0, err);
}
