import { match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  LAUNCHER,
  startDaemon,
  type TestDaemon,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { HAS_TMUX, openTerminal, type Terminal } from "../support/terminal.ts";

/** With FAIL2DENO_UPDATE=1 the page is written anew. */
const IS_UPDATE = Deno.env.get("FAIL2DENO_UPDATE") === "1";
const PAGE = new URL("../../docs/screens.md", import.meta.url);

const COLUMNS = 100;

/** Lines of a day, with an attack in them. */
const OLD_LOG = [
  ...[1, 2, 3, 4, 5].map((second) =>
    `Nov 20 19:08:0${second} box sshd[4211]: Failed password for root from 203.0.113.9 port 52114 ssh2`
  ),
  "Nov 20 19:10:00 box sshd[4300]: Accepted publickey for alice from 198.51.100.4 port 40022 ssh2",
].join("\n");

/** A configuration of fail2ban's, as somebody may have written it. */
const FAIL2BAN: Readonly<Record<string, string>> = {
  "fail2ban/fail2ban.conf": "[Definition]\nloglevel = INFO\n",
  "fail2ban/jail.local": [
    ...["[DEFAULT]", "bantime = 2h", "maxretry = 3", "action = nftables"],
    ...["[web]", "enabled = true", "filter = web", "port = http"],
    ...["logpath = /var/log/web.log", ""],
  ].join("\n"),
  "fail2ban/filter.d/web.conf":
    "[Definition]\nfailregex = ^login of \\S+ from <HOST> failed$\n",
  "fail2ban/action.d/nftables.conf":
    "[Definition]\nactionban = nft add element <ip>\nactionunban = nft delete element <ip>\n",
};

/** What differs from run to run. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "TIME"],
  [/[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/g, "STAMP"],
  [/^\d\d:\d\d:\d\d /gm, "CLOCK "],
  [/pid \d+, for [\dmhs ]+,/g, "pid PID, for A MOMENT,"],
  [/\d+\.\d+\.\d+ {2}enforcing {2}up [\d a-z]+ {2}\d+ MB/g, "NOW"],
  [/[\d.]+ (lines|failures|bans)\/s/g, "N $1/s"],
  [/fail2deno \d+\.\d+\.\d+/g, "fail2deno VERSION"],
  [/(?:in )?(?:59 min|1 h)/g, "AN HOUR"],
  [/ *(?:\b\d+ (?:s|min) ago|\bnow\b) */g, " LATELY "],
  [/LAST +STATE/g, "LAST STATE"],
  [/(watching +\d+ +\d+) +[\d.]+$/gm, "$1 N"],
  [/ +$/gm, ""],
];

function settle(screen: string): string {
  return CHANGING.reduce(
    (text, [pattern, word]) => text.replaceAll(pattern, word),
    screen,
  );
}

/** @returns what the page shows below a heading */
function shownBelow(heading: string): string {
  const page = Deno.readTextFileSync(PAGE);
  const chapter = page.slice(page.indexOf(`\n## ${heading}\n`));
  return /```text\n(.*?)\n```/s.exec(chapter)?.[1] ?? "";
}

/** Holds a chapter of the page to the screen, or writes it; a scratch folder stands for a person's own. */
function hold(heading: string, seen: string, folder: string): void {
  const screen = seen.replaceAll(`${folder}/auth.log`, "/var/log/auth.log")
    .replaceAll(folder, "/tmp/trial");
  if (!IS_UPDATE) {
    return strictEqual(settle(screen), settle(shownBelow(heading)));
  }
  const page = Deno.readTextFileSync(PAGE);
  const start = page.indexOf(`\n## ${heading}\n`);
  ok(start >= 0, heading);
  const before = page.slice(0, start);
  const chapter = page.slice(start)
    .replace(/```text\n.*?\n```/s, () => `\`\`\`text\n${screen}\n\`\`\``);
  Deno.writeTextFileSync(PAGE, before + chapter);
}

/** A daemon that has banned one host, in which another one has failed. */
async function startBusy(): Promise<TestDaemon> {
  const daemon = await startDaemon({
    config: SAMPLE_JAIL,
    files: { ...FAIL2BAN, "old.log": `${OLD_LOG}\n` },
  });
  daemon.append(failedPassword("198.51.100.7", "guest"));
  for (const user of ["root", "admin", "oracle", "test", "root"]) {
    daemon.append(failedPassword("203.0.113.9", user));
  }
  await daemon.heard(/Ban host/);
  return daemon;
}

/** Runs a command as a person would. @returns what it printed */
async function show(
  terminal: Terminal,
  words: readonly string[],
): Promise<string> {
  const end = `end ${crypto.randomUUID().slice(0, 8)}`;
  await terminal.enter(`clear; ${LAUNCHER} ${words.join(" ")}; echo "${end}"`);
  const screen = await terminal.shows(new RegExp(`^${end}$`, "m"));
  return screen.slice(0, screen.search(new RegExp(`^${end}$`, "m"))).trimEnd();
}

Deno.test({
  name: "docs/screens.md shows what status, explain, dry-run and import print",
  ignore: !HAS_TMUX,
  fn: async () => {
    await using daemon = await startBusy();
    await using terminal = await openTerminal({ columns: COLUMNS, rows: 60 });
    const { folder, configFile } = daemon;
    hold("status", await show(terminal, ["status", "-c", configFile]), folder);
    hold(
      "explain",
      await show(terminal, ["explain", "203.0.113.9", "-c", configFile]),
      folder,
    );
    hold(
      "dry-run",
      await show(terminal, ["dry-run", `${folder}/old.log`, "-c", configFile]),
      folder,
    );
    hold(
      "import",
      await show(terminal, [
        ...["import", `${folder}/fail2ban`, "--output", `${folder}/imported`],
      ]),
      folder,
    );
  },
});

Deno.test({
  name:
    "docs/screens.md shows what top draws; it gives the terminal back at q, at its end by a signal, and follows the size",
  ignore: !HAS_TMUX,
  fn: async () => {
    await using daemon = await startBusy();
    await using terminal = await openTerminal({ columns: COLUMNS, rows: 16 });
    const top = `${LAUNCHER} top -c ${daemon.configFile}`;
    await terminal.enter(`clear; ${top}; echo "end $?"`);
    await terminal.shows(/Nobody failed/);
    strictEqual(await terminal.ask("alternate_on"), "1");
    strictEqual(await terminal.ask("cursor_flag"), "0");
    for (let i = 0; i < 5; i++) daemon.append(failedPassword("192.0.2.66"));
    daemon.append(failedPassword("198.51.100.7", "x\x1b[2Jy"));
    await terminal.shows(/^192\.0\.2\.66 .*banned$/m);
    await terminal.shows(/^fail2deno .* 2 banned/m);
    await terminal.shows(/^sshd +watching +1 +2 /m);
    const screen = await terminal.shows(/^198\.51\.100\.7 .*\n\n.* ban /m);
    hold("top", screen, daemon.folder);

    await terminal.resize(44, 12);
    await terminal.shows(/ban +sshd +192.*…$/m);
    await terminal.press("q");
    await terminal.shows(/^end 0$/m);
    strictEqual(await terminal.ask("alternate_on"), "0");
    strictEqual(await terminal.ask("cursor_flag"), "1");

    await terminal.enter(
      `clear; sh -c 'echo $$ > ${daemon.folder}/pid; exec ${top}'; stty -a`,
    );
    await terminal.shows(/^HOST|Nobody failed/m);
    Deno.kill(Number(Deno.readTextFileSync(`${daemon.folder}/pid`)), "SIGTERM");
    match(await terminal.shows(/echo/), /(?<!-)icanon/);
    strictEqual(await terminal.ask("alternate_on"), "0");
  },
});

Deno.test({
  name: "colours are for terminals, and not under NO_COLOR",
  ignore: !HAS_TMUX,
  fn: async () => {
    await using daemon = await startBusy();
    const words = `${LAUNCHER} status -c ${daemon.configFile}`;
    const ways = [["env -u NO_COLOR ", true], ["NO_COLOR=1 ", false]];
    for (const [before, isColored] of ways) {
      await using terminal = await openTerminal();
      await terminal.enter(
        `script -qc '${before}${words}' ${daemon.folder}/typescript; echo "end"`,
      );
      await terminal.shows(/^end$/m);
      const typed = Deno.readTextFileSync(`${daemon.folder}/typescript`);
      strictEqual(typed.includes("\x1b[32m"), isColored);
      Deno.removeSync(`${daemon.folder}/typescript`);
    }
    const { out } = await daemon.cli("status");
    ok(!out.includes("\x1b"));
  },
});

Deno.test({
  name: "status --watch draws in place on a terminal, and shows what changes",
  ignore: !HAS_TMUX,
  fn: async () => {
    await using daemon = await startBusy();
    await using terminal = await openTerminal({ columns: COLUMNS });
    await terminal.enter(
      `${LAUNCHER} status --watch --interval 0.2 -c ${daemon.configFile}; echo "end $?"`,
    );
    await terminal.shows(/^sshd +watching +nftables +1 +6 +1 +1$/m);
    daemon.append(failedPassword("192.0.2.66").repeat(5));
    const screen = await terminal.shows(
      /^sshd +watching +nftables +1 +11 +2 +2$/m,
    );
    strictEqual(screen.match(/^sshd/gm)?.length, 1);
    await terminal.press("C-c");
    await terminal.shows(/^(\^C)?end 0$/m);
  },
});
