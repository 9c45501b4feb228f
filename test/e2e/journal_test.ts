/**
 * A real systemd-journald, a real journalctl, and the daemon that reads it.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  bannedAs,
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import {
  type Journald,
  JOURNALD_OBSTACLE,
  startJournald,
} from "../support/journald.ts";
import { createNetwork } from "../support/netns.ts";
import { runText } from "../support/run.ts";
import { logIn } from "../support/ssh_client.ts";
import { sshdConfig } from "../support/ssh_server.ts";

const JAIL = `
[jail.sshd]
log_backend = "systemd"
journalmatch = "SYSLOG_IDENTIFIER=sshd"
filter = "sshd"
`;

/** Counts, and bans nobody. */
const COUNTING_JAIL = `${JAIL}max_retry = 10000\n`;

testJournal("run bans soon after the entry", async (journal) => {
  await using daemon = await startBeside(journal, `${JAIL}max_retry = 1\n`);
  await using writer = journal.open("sshd");
  const begins = new Map<string, number>();
  for (let i = 1; i <= 30; i++) {
    await pause(30 + Math.random() * 60);
    begins.set(`203.0.113.${i}`, Date.now());
    await writer.write(attempt(`203.0.113.${i}`));
  }
  await daemon.heard(/Ban host host=203\.0\.113\.30/);
  const times = [...daemon.said().matchAll(/^(\S+) info Ban host host=(\S+)/gm)]
    .map(([, time = "", host = ""]) =>
      Date.parse(time) - (begins.get(host) ?? NaN)
    ).sort((a, b) => a - b);
  strictEqual(times.length, 30);
  console.log(`entry to ban: ${times[14]} ms in the middle, ${times[29]} most`);
  // Without the wake it takes 250-500 ms.
  ok((times[14] ?? Infinity) < 200, `${times}`);
});

const SSHD_JAILS: readonly (readonly [string, string])[] = [
  [
    "by a match of its own",
    JAIL.replace("SYSLOG_IDENTIFIER=sshd", "_COMM=sshd + _COMM=sshd-session"),
  ],
  ['by log_path = "auto"', '\n[jail.sshd]\nlog_path = "auto"\n'],
];

for (const [name, jail] of SSHD_JAILS) {
  testJournal(`run bans who fails at a real sshd, ${name}`, async () => {
    await using network = await createNetwork();
    await using journal = await startJournald(network.server.namespace);
    await startSshd(journal);
    await using daemon = await startBeside(
      journal,
      `${jail}port = "ssh"\nmax_retry = 3\n`,
    );
    for (const family of ["v4", "v6"] as const) {
      const route = { from: network.attacker, to: network.server, family };
      for (const user of ["nobody", "root from 192.0.2.77"]) {
        strictEqual(await logIn(route, user), "denied");
      }
      // The ban may be there before sshd's answer is.
      await logIn(route, "root");
      await until(
        "the attacker is banned",
        async () =>
          (await daemon.kernelBans()).has(bannedAs(network.attacker[family])),
        daemon.said,
      );
      strictEqual(await logIn(route, "root"), "timed out");
    }
    strictEqual((await daemon.kernelBans()).size, 2);
  });
}

testJournal(
  "run counts each entry once while journalctl dies and the journal is flushed, rotated and vacuumed",
  async (journal) => {
    await using daemon = await startBeside(journal, COUNTING_JAIL);
    await using writer = journal.open("sshd");
    let count = 0;
    const write = async (lines: number) => {
      for (let i = 0; i < lines; i++) {
        await writer.write(attempt(`198.51.100.${count++ % 200}`));
        if (i % 20 === 0) await pause(1);
      }
    };
    const isRead = () =>
      until(
        `${count} failures are counted`,
        async () => await countFailures(daemon) >= count,
        daemon.said,
      );
    const journalctl = async (...words: string[]) => {
      const { code, err } = await journal.exec("journalctl", ...words);
      strictEqual(code, 0, err);
    };
    await Promise.all([write(200), killReader(daemon)]);
    await Promise.all([write(200), journalctl("--rotate")]);
    await isRead();
    await Promise.all([write(200), journalctl("--flush")]);
    await Promise.all([write(200), killReader(daemon)]);
    await isRead();
    await journalctl("--rotate", "--vacuum-files=1");
    await Promise.all([write(200), journalctl("--rotate"), killReader(daemon)]);
    await isRead();
    // The place it has read to is gone when it starts again.
    await journalctl("--rotate", "--vacuum-time=1us");
    await killReader(daemon);
    await write(200);
    await isRead();
    await pause(700);
    strictEqual(await countFailures(daemon), count);
    strictEqual(count, 1200);
  },
);

testJournal(
  "run after SIGKILL goes on behind the last entry that it counted",
  async (journal) => {
    await using daemon = await startBeside(journal, `${JAIL}max_retry = 5\n`);
    await using writer = journal.open("sshd");
    await writer.write(attempt("203.0.113.5").repeat(2));
    await writer.write(attempt("203.0.113.6").repeat(2));
    await until(
      "they are counted",
      async () => await countFailures(daemon) === 4,
      daemon.said,
    );
    await pause(300);
    await daemon.kill("SIGKILL");
    await until(
      "journalctl has ended as well",
      async () => (await readersOf(daemon)).length === 0,
    );
    await writer.write(attempt("203.0.113.5").repeat(3));
    await writer.write(attempt("203.0.113.6").repeat(2));
    await journal.exec("journalctl", "--rotate");
    await daemon.startAgain();
    await daemon.heard(/Ban host host=203\.0\.113\.5 /);
    await pause(500);
    deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.5"]);
    await writer.write(attempt("203.0.113.6"));
    await daemon.heard(/Ban host host=203\.0\.113\.6 /);
  },
);

testJournal(
  "run reads what came in the find time before its first start",
  async (journal) => {
    {
      await using writer = journal.open("sshd");
      await writer.write(attempt("203.0.113.5").repeat(5));
    }
    await using daemon = await startBeside(journal, `${JAIL}max_retry = 5\n`);
    await daemon.heard(/Ban host host=203\.0\.113\.5 /);
  },
);

testJournal(
  "run reads the folder or the files that a jail names",
  async (journal) => {
    const folder = "/run/log/journal";
    const jail = (name: string, place: string) =>
      JAIL.replace("[jail.sshd]", `[jail.${name}]\n${place}`) +
      "max_retry = 1\n";
    await using daemon = await startBeside(
      journal,
      jail("folder", `journal_path = "${folder}"`) +
        jail("files", `journal_files = "${folder}/*/system.journal"`),
    );
    await using writer = journal.open("sshd");
    await writer.write(attempt("203.0.113.5"));
    for (const name of ["folder", "files"]) {
      await until(
        `jail ${name} bans`,
        async () => (await daemon.kernelBans(name)).has("203.0.113.5"),
        daemon.said,
      );
    }
    match(
      (await daemon.cli("status", "folder")).out,
      /Source +journal in \/run\/log\/journal: SYSLOG_IDENTIFIER=sshd\n/,
    );
  },
);

testJournal(
  "run gives each jail its own entries, and no line that a message forges",
  async (journal) => {
    await using daemon = await startBeside(
      journal,
      `${JAIL}max_retry = 1
[jail.both]
log_backend = "systemd"
journalmatch = ["SYSLOG_IDENTIFIER=app _COMM=python3", "SYSLOG_IDENTIFIER=other"]
filter = ['^\\S+ app(?:\\[\\d+\\])?: refused <HOST>$', '^\\S+ other(?:\\[\\d+\\])?: .*refused <HOST>$']
max_retry = 1
`,
    );
    const forged =
      "x\nbox sshd[1]: Failed password for root from 203.0.113.66 port 1 ssh2";
    const entries = [
      { SYSLOG_IDENTIFIER: "app", MESSAGE: "refused 203.0.113.1" },
      { SYSLOG_IDENTIFIER: "sshd", MESSAGE: "refused 203.0.113.67" },
      { SYSLOG_IDENTIFIER: "sshd", MESSAGE: forged },
      { SYSLOG_IDENTIFIER: "other", MESSAGE: "a\0b\x07\nrefused 203.0.113.2" },
      { SYSLOG_IDENTIFIER: "none", MESSAGE: "refused 203.0.113.68" },
      { SYSLOG_IDENTIFIER: "app", MESSAGE: "x".repeat(3_000_000) },
      { SYSLOG_IDENTIFIER: "sshd", MESSAGE: attempt("203.0.113.3").trim() },
    ];
    for (const entry of entries) await send(journal, entry);
    await daemon.heard(/Ban host host=203\.0\.113\.3 /);
    deepStrictEqual([...(await daemon.kernelBans("both")).keys()].sort(), [
      "203.0.113.1",
      "203.0.113.2",
    ]);
    deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.3"]);
    strictEqual((await readersOf(daemon)).length, 1);
  },
);

testJournal(
  "run goes on with files while journalctl cannot be run, and reads the journal once it can",
  async (journal) => {
    const program = "/usr/bin/journalctl";
    await journal.exec("mount", "--bind", "/dev/null", program);
    await using daemon = await startBeside(
      journal,
      `${JAIL}max_retry = 1\n[jail.file]\nlog_path = "@LOG@"\nfilter = "sshd"\nmax_retry = 1\n`,
    );
    await daemon.heard(/error Cannot read journal, try again/);
    daemon.append(failedPassword("203.0.113.8"));
    await daemon.heard(/Ban host host=203\.0\.113\.8 /);
    match(
      (await daemon.cli("status", "sshd")).out,
      /Source +journal: SYSLOG_IDENTIFIER=sshd\nState +failed/,
    );
    await using writer = journal.open("sshd");
    await writer.write(attempt("203.0.113.9"));
    // In a bare root the daemon has a mount namespace of its own.
    const there = ["-t", String(daemon.pid), "-m"];
    const shown = await runText("nsenter", [...there, "umount", program]);
    strictEqual(shown.code, 0, shown.err);
    await daemon.heard(/Ban host host=203\.0\.113\.9 /);
    await daemon.heard(/info Journal is read again/);
  },
);

testJournal(
  "reload takes a jail to another match without counting anything twice",
  async (journal) => {
    await using daemon = await startBeside(
      journal,
      COUNTING_JAIL.replace(
        '"sshd"\nmax',
        "['Failed password for root from <HOST> port']\nmax",
      ),
    );
    await using writer = journal.open("sshd");
    await using other = journal.open("other");
    await other.write(attempt("203.0.113.1"));
    await until(
      "it is in the journal",
      async () =>
        /Failed/.test((await journal.exec("journalctl", "-t", "other")).out),
    );
    await writer.write(attempt("203.0.113.1").repeat(3));
    await until("all are read", async () => await countFailures(daemon) === 3);
    const text = Deno.readTextFileSync(daemon.configFile);
    Deno.writeTextFileSync(
      daemon.configFile,
      text.replace("=sshd", "=sshd SYSLOG_IDENTIFIER=other"),
    );
    strictEqual((await daemon.cli("reload")).code, 0);
    await other.write(attempt("203.0.113.1"));
    await writer.write(attempt("203.0.113.1"));
    await until(
      "the new ones are read",
      async () => await countFailures(daemon) === 5,
      daemon.said,
    );
    strictEqual((await readersOf(daemon)).length, 1);
  },
);

function testJournal(
  name: string,
  play: (journal: Journald) => Promise<void>,
): void {
  const isIgnored = JOURNALD_OBSTACLE !== undefined;
  Deno.test({
    name: isIgnored ? `${name} (${JOURNALD_OBSTACLE})` : name,
    ignore: isIgnored,
    async fn() {
      await using journal = await startJournald();
      await play(journal);
    },
  });
}

function startBeside(
  { namespace, enter }: Journald,
  config: string,
): Promise<TestDaemon> {
  return startDaemon({ config, namespace, enter });
}

/** What sshd says to the journal, without the head of a line. */
function attempt(host: string): string {
  return `Failed password for root from ${host} port 40022 ssh2\n`;
}

async function countFailures(daemon: TestDaemon): Promise<number> {
  const { code, out, err } = await daemon.cli("stats", "--json");
  strictEqual(code, 0, err);
  return JSON.parse(out).failures;
}

/** @returns ids of the `journalctl` processes that follow with the daemon's folder */
async function readersOf(daemon: TestDaemon): Promise<string[]> {
  const pattern = `journalctl --follow.*${daemon.folder}/run/journal`;
  const { out } = await daemon.exec("pgrep", "-f", "--", pattern);
  return out.split("\n").filter((id) => id !== "");
}

async function killReader(daemon: TestDaemon): Promise<void> {
  const [id] = await readersOf(daemon);
  if (id !== undefined) Deno.kill(Number(id), "SIGKILL");
}

/** Sends an entry with any bytes, as programs with a library for it do. */
async function send(
  journal: Journald,
  entry: Readonly<Record<string, string>>,
): Promise<void> {
  const script = `
import json, os, socket, struct, sys
data = b"".join(
    name.encode() + b"\\n" + struct.pack("<Q", len(value.encode())) + value.encode() + b"\\n"
    for name, value in json.load(open(sys.argv[1])).items())
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect("/run/systemd/journal/socket")
memory = os.memfd_create("entry", os.MFD_ALLOW_SEALING)
os.write(memory, data)
import fcntl
fcntl.fcntl(memory, 1033, 15)
socket.send_fds(s, [b""], [memory])
`;
  const file = Deno.makeTempFileSync({ prefix: "fail2deno-entry-" });
  try {
    Deno.writeTextFileSync(file, JSON.stringify(entry));
    const { code, err } = await journal.exec("python3", "-c", script, file);
    strictEqual(code, 0, err);
  } finally {
    Deno.removeSync(file);
  }
}

/** sshd with what the test's client needs, logging to the journal as everywhere. */
async function startSshd(journal: Journald): Promise<void> {
  const folder = "/run/sshd";
  const { code, err } = await journal.exec(
    ...["sh", "-c"] as const,
    `ssh-keygen -q -t ed25519 -N "" -f ${folder}/host_key && cat >${folder}/config <<'END'\n${
      sshdConfig(folder)
    }END`,
  );
  strictEqual(code, 0, err);
  journal.start("/usr/sbin/sshd", "-D", "-f", `${folder}/config`);
  await until(
    "sshd listens",
    async () =>
      /Server listening on ::/.test(
        (await journal.exec("journalctl", "-t", "sshd")).out,
      ),
  );
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
