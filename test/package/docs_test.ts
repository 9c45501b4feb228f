/**
 * Runs every command of README.md and docs/*.md as it is written there, on a scratch copy of this machine.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { makeBanDatabase } from "../importer/make_ban_database.ts";
import { portableFile } from "../support/portable_file.ts";
import {
  openScratchMachine,
  type ScratchMachine,
} from "../support/scratch_machine.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Commands that are not run, and why. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^scripts\/test$/, "it would run this test"],
  [/^deno task (?:portable|deb)\b/, "portable_test.ts and deb_test.ts do"],
  [
    /^deno task compile$/,
    "needs a base from Deno's server; scripts/test goes as far as it can",
  ],
  [/^deno task bench/, "takes minutes"],
  [
    /^sh install(?: --version \S+)?$/,
    "needs a release; install_test.ts has a server of them",
  ],
  [/^sh install --file /, "needs a release; install_test.ts makes one"],
  [
    /^apt-get (?:install \.\/|purge )/,
    "deb_test.ts installs and purges it by dpkg",
  ],
  [/^systemctl |^systemd-creds /, "needs systemd as process 1"],
  [/^docker run /, "needs Docker"],
  [/^journalctl .*\| /, "needs a journal of this machine"],
  [/^my-app /, "stands for a program of the reader's"],
  [/^fail2deno run$/, "does not end; every page's daemon is started by it"],
  [/ NAME \[FOLDER\]$/, "a form with names for its arguments"],
  [
    /--verify .* --jail /,
    "needs fail2ban-regex; verify_test.ts compares with it",
  ],
  [
    /^fail2deno import --verify /,
    "needs fail2ban-regex; verify_test.ts compares with it",
  ],
];

/** What a page takes for granted; each has a daemon that runs, unless it says otherwise. */
const PREPARED: Readonly<Record<string, string>> = {
  "README.md": makeFail2ban(),
  "docs/control_api.md": `groupadd monitoring && ${stopDaemon()}
cat >>/etc/fail2deno/config.toml <<'TEXT'
[control]
read_only_socket = "/run/fail2deno/monitor.sock"
group = "monitoring"
TEXT
fail2deno run </dev/null >/run/said 2>&1 &
echo $! >/run/pid
for _ in $(seq 600); do
  if grep -q "Daemon started" /run/said; then exit 0; fi
  sleep 0.1
done
exit 1
`,
  "docs/migration.md": `${stopDaemon()} && rm -r /etc/fail2deno
${makeFail2ban()}`,
  "docs/sandbox.md":
    "mkdir -p /etc/fail2deno/actions && fail2deno action new team /etc/fail2deno/actions",
  "docs/state.md": `fail2deno ban 203.0.113.9 sshd && ${stopDaemon()}`,
  "docs/troubleshooting.md": "fail2deno ban 203.0.113.9 sshd",
};

function stopDaemon(): string {
  return "kill $(cat /run/pid) && while [ -e /run/fail2deno/control.sock ]; do sleep 0.05; done";
}

/** A fail2ban that was set up by hand: one jail, its filter, and a ban in its database. */
function makeFail2ban(): string {
  return `
mkdir -p /etc/fail2ban/filter.d /etc/fail2ban/action.d /var/lib/fail2ban
cat >/etc/fail2ban/jail.conf <<'TEXT'
[DEFAULT]
bantime = 10m
findtime = 10m
maxretry = 5
[shop]
enabled = true
filter = shop
logpath = /var/log/auth.log
TEXT
cat >/etc/fail2ban/filter.d/shop.conf <<'TEXT'
[Definition]
failregex = ^shop: refused <HOST>$
TEXT
echo '[Definition]' >/etc/fail2ban/fail2ban.conf
cp /run/in/fail2ban.sqlite3 /var/lib/fail2ban
`;
}

const CONFIG = String.raw`
[jail.sshd]
log_path = "/var/log/auth.log"
filter = "sshd"
[jail.recidive]
source = "bans"
find_time = "1d"
max_retry = 3
ban_time = "1w"
`;

/** A machine with the program, a configuration, logs and a daemon. */
const SET_UP = `
set -eu
rm -rf /etc/fail2deno /etc/fail2ban /var/lib/fail2deno /var/log/*
mkdir -p /etc/fail2deno
cp /run/in/fail2deno /usr/local/bin/fail2deno
cp /run/in/config.toml /etc/fail2deno/config.toml
cd /var/log
for name in auth.log auth.log.1 mail.log; do
  echo "Nov 20 19:08:03 box sshd[42]: Failed password for root from 203.0.113.7 port 40022 ssh2" >$name
done
gzip -c auth.log.1 >auth.log.2.gz
fail2deno run </dev/null >/run/said 2>&1 &
echo $! >/run/pid
for _ in $(seq 600); do
  if grep -q "Daemon started" /run/said; then exit 0; fi
  sleep 0.1
done
cat /run/said
exit 1
`;

/** @returns the commands in a page's blocks of shell, without what is said beside them */
function commandsOf(page: string): readonly string[] {
  const text = Deno.readTextFileSync(ROOT + page);
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap((
    [, block = ""],
  ) =>
    block.replaceAll(/\\\n\s*/g, "").split("\n").map((line) =>
      line.replace(/(?:^|\s+)#(?: .*)?$/, "").trim()
    )
      .filter((line) => line !== "")
  );
}

/** The examples of `--help`, with names and files of the reader's; json_shapes_test.ts and each command's own tests run those. */
const REFERENCE = "commands.md";

function listPages(): readonly string[] {
  const docs = [...Deno.readDirSync(`${ROOT}docs`)]
    .filter(({ name }) => name.endsWith(".md") && name !== REFERENCE)
    .map(({ name }) => `docs/${name}`);
  return ["README.md", ...docs.sort()];
}

const reasonOf = (command: string) =>
  NOT_RUN.find(([pattern]) => pattern.test(command));

/** Runs a page's commands one after another. @returns what each that failed said */
async function runPage(page: string, commands: readonly string[]) {
  await using machine = await openScratchMachine();
  await prepare(machine, page);
  const failures: string[] = [];
  for (const command of commands) {
    const folder = command.startsWith("scripts/") ? ROOT : "/var/log";
    const { code, out, err } = await machine.run(
      `cd '${folder}' && ${command}`,
    );
    if (code !== 0) failures.push(`${command}: ${code}\n${out}${err}`);
  }
  await machine.run("kill $(cat /run/pid)");
  return failures;
}

async function prepare(machine: ScratchMachine, page: string): Promise<void> {
  Deno.copyFileSync(await portableFile(), `${machine.inbox}/fail2deno`);
  Deno.writeTextFileSync(`${machine.inbox}/config.toml`, CONFIG);
  makeBanDatabase(`${machine.inbox}/fail2ban.sqlite3`, 4, [{
    jail: "shop",
    ip: "203.0.113.9",
    timeofban: Math.floor(Date.now() / 1000),
    bantime: 600,
    bancount: 1,
    data: "{}",
  }]);
  for (const text of [SET_UP, PREPARED[page] ?? ":"]) {
    const { code, out, err } = await machine.run(text);
    strictEqual(code, 0, out + err);
  }
}

Deno.test("every command of the documentation runs as it is written, or is known not to", async (t) => {
  let count = 0;
  for (const page of listPages()) {
    const commands = commandsOf(page).filter((each) => !reasonOf(each));
    if (commands.length === 0) continue;
    count += commands.length;
    await t.step(page, async () => {
      deepStrictEqual(await runPage(page, commands), []);
    });
  }
  ok(count >= 20, `${count} commands were found`);
});

Deno.test("no reason stands for a command that is in no page any more", () => {
  const commands = listPages().flatMap(commandsOf);
  for (const [pattern, reason] of NOT_RUN) {
    ok(commands.some((each) => pattern.test(each)), `${pattern}: ${reason}`);
  }
});
