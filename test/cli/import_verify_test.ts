import assert from "node:assert/strict";
import { parseWords } from "../../src/cli/parse.ts";
import type { Command } from "../../src/cli/command.ts";
import {
  formatVerification,
  recordVerification,
} from "../../src/cli/import_verify_report.ts";
import type { LogVerification } from "../../importer/verify_types.ts";
import { convertTree } from "../../importer/convert_tree.ts";
import { readTree } from "../../importer/read_tree.ts";
import { createMemoryTree } from "../importer/memory_tree.ts";
import { isFile } from "../support/is_file.ts";
import { runInProcess as run } from "../support/program.ts";

/** Where the machine has it; without it there is nothing to compare with. */
const IS_INSTALLED = isFile("/usr/bin/fail2ban-regex");

async function withTree(
  test: (folder: string, source: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const source = `${folder}/fail2ban`;
  try {
    Deno.mkdirSync(`${source}/filter.d`, { recursive: true });
    Deno.mkdirSync(`${source}/action.d`);
    const stamp = "2026-11-20T19:08:03Z";
    Deno.writeTextFileSync(
      `${folder}/app.log`,
      `${stamp} app: refused 192.0.2.1\n${stamp} app: hello\n`,
    );
    Deno.writeTextFileSync(`${folder}/other.log`, "x\n");
    Deno.symlinkSync(`${folder}/app.log`, `${folder}/link.log`);
    Deno.writeTextFileSync(
      `${source}/jail.conf`,
      `[DEFAULT]\naction = nftables\nfilter = app\n` +
        `[app]\nenabled = true\nlogpath = ${folder}/li?k.log\n` +
        `[second]\nenabled = true\nlogpath = ${folder}/none.log\n` +
        `[recidive]\nenabled = true\nfilter = recidive\nlogpath = ${folder}/fail2ban.log\n` +
        `[off]\nlogpath = ${folder}/none.log\n`,
    );
    Deno.writeTextFileSync(
      `${source}/filter.d/recidive.conf`,
      "[Definition]\nfailregex = NOTICE\\s+\\[(?!recidive\\]).*\\] Ban <HOST>$\n",
    );
    Deno.writeTextFileSync(
      `${source}/filter.d/app.conf`,
      "[Definition]\nfailregex = ^ app: refused <HOST>$\n",
    );
    Deno.writeTextFileSync(
      `${source}/action.d/nftables.conf`,
      "[Definition]\nactionban = nft <ip>\n",
    );
    await test(folder, source);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** `app.log readers app` */
function drawChoice(out: string): string[] {
  const { logs } = JSON.parse(out);
  return logs.map((
    { log, choice, jails }: {
      log: string;
      choice: string;
      jails: { jail: string }[];
    },
  ) =>
    `${log.replace(/.*\//, "")} ${choice} ${
      jails.map(({ jail }) => jail).join("+")
    }`
  );
}

Deno.test("import --verify takes the jails that read a log, else all that are enabled, and writes only the report", () =>
  withTree(async (folder, source) => {
    const report = `${folder}/report.json`;
    const done = await run(
      ...["import", source, "--output", `${folder}/out`, "--report", report],
      ...["--json", "--verify", `${folder}/link.log`, `${folder}/other.log`],
    );
    assert.equal(done.code, IS_INSTALLED ? 0 : 69, done.out + done.err);
    assert.deepEqual(drawChoice(done.out), [
      "app.log readers app",
      "other.log all app+second",
    ]);
    assert.equal(Deno.readTextFileSync(report), done.out);
    assert.throws(
      () => Deno.statSync(`${folder}/out`),
      Deno.errors.NotFound,
    );
    const [jail] = JSON.parse(done.out).logs[0].jails;
    assert.equal(jail.state, IS_INSTALLED ? "compared" : "alone");
    assert.equal(jail.lines, 2);
    assert.equal(IS_INSTALLED ? jail.both : jail.failures, 1);
  }));

Deno.test("import --verify takes the jails of --jail, disabled ones too", () =>
  withTree(async (folder, source) => {
    const { out } = await run(
      ...["import", source, "--json", "--verify", `${folder}/app.log`],
      ...["--jail", "off", "--jail", "second"],
    );
    assert.deepEqual(drawChoice(out), ["app.log named second+off"]);
  }));

Deno.test("import --verify says what it cannot compare", () =>
  withTree(async (folder, source) => {
    const verify = (...words: string[]) =>
      run("import", source, "--verify", ...words);
    const missing = await verify(`${folder}/nowhere.log`);
    assert.equal(missing.code, 65);
    assert.match(missing.err, /nowhere.log": there is no such file/);
    assert.match((await verify(folder)).err, /it is no plain file/);
    const unknown = await verify(`${folder}/app.log`, "--jail", "nobody");
    assert.equal(unknown.code, 64);
    assert.match(
      unknown.err,
      /jail "nobody".* expected one of app, second, recidive, off/,
    );
    const alone = await run("import", source, "--jail", "app");
    assert.equal(alone.code, 64);
    assert.match(alone.err, /expected --verify/);
    Deno.writeTextFileSync(
      `${source}/filter.d/app.conf`,
      "[Definition]\nfailregex = ^ app: (refused <HOST>$\n",
    );
    const refused = await verify(`${folder}/app.log`);
    assert.equal(refused.code, 1);
    assert.match(refused.out, /^ {2}app: cannot run here: .*refused/m);
    const bans = await verify(`${folder}/other.log`, "--jail", "recidive");
    assert.equal(bans.code, 1);
    assert.match(bans.out, /^ {2}recidive: cannot run here: it has no log/m);
  }));

const RESULT: LogVerification = {
  lines: 100,
  both: 7,
  onlyFail2ban: 22,
  onlyOurs: 1,
  disagreeing: 22,
  disagreements: Array.from({ length: 22 }, (_, index) => ({
    line: index + 1,
    text: `\x1b[2Jline ${index}`,
    ours: index === 0 ? [{ host: "x\x07", timeSeconds: null }] : [],
    fail2ban: [{ host: "192.0.2.1", timeSeconds: 1_795_201_683.5 }],
  })),
};

const SOURCE = (() => {
  const files = createMemoryTree({ "/f/jail.conf": "[off]\n" });
  const tree = readTree("/f", { files });
  return { folder: "/f", tree, conversion: convertTree(tree, { files }) };
})();

const LOGS = [{
  log: "/var/log/a.log",
  choice: "readers",
  jails: [
    {
      name: "app",
      filter: "app",
      verification: { state: "compared", result: RESULT },
    },
    {
      name: "late",
      filter: "app",
      verification: { state: "failed", problem: "too\x1b late" },
    },
  ],
}] as const;

Deno.test("formatVerification() shows twenty lines, escaped, and counts the others", () => {
  const text = formatVerification(SOURCE, LOGS);
  // deno-lint-ignore no-control-regex -- that there is none is what is tested
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f]/);
  assert.ok(text.startsWith(
    String.raw`/var/log/a.log
  app: 100 lines, 7 failures in both, 22 only in fail2ban, 1 only here
    line 1: \x1b[2Jline 0
      fail2ban: 192.0.2.1 at 2026-11-20T19:08:03Z
      here:     x\x07 at no time
    line 2: \x1b[2Jline 1
      fail2ban: 192.0.2.1 at 2026-11-20T19:08:03Z
      here:     nothing
`,
  ));
  assert.ok(text.endsWith(
    String.raw`    and 2 more lines
  late: not compared: too\x1b late
They disagree on 22 lines; 1 jail not compared
`,
  ));
});

Deno.test("recordVerification() has all lines that were kept", () => {
  const { logs } = recordVerification(SOURCE, LOGS);
  const [app, late] = logs[0]?.jails ?? [];
  assert.ok(app !== undefined && "disagreements" in app);
  assert.equal(app.disagreements?.length, 22);
  assert.deepEqual(app.disagreements?.[0], {
    line: 1,
    text: String.raw`\x1b[2Jline 0`,
    ours: [{ host: String.raw`x\x07`, time: null }],
    fail2ban: [{ host: "192.0.2.1", time: "2026-11-20T19:08:03Z" }],
  });
  assert.deepEqual(late, {
    jail: "late",
    filter: "app",
    state: "failed",
    problem: "too\x1b late",
  });
});

const LISTS: Command = {
  name: "lists",
  summary: "",
  arguments: [{ form: "[word]", summary: "" }],
  options: [
    { form: "-l, --log <log...>", summary: "" },
    { form: "--flag", summary: "" },
  ],
  examples: [],
  run: () => Promise.resolve(0),
};

/** Words, what the list takes, what is left. */
const LIST_CASES: readonly (readonly [string, readonly string[], string])[] = [
  ["--log a", ["a"], ""],
  ["--log a b", ["a", "b"], ""],
  ["w --log a b --flag", ["a", "b"], "w"],
  ["--log a --flag w", ["a"], "w"],
  ["--log a --log=b c", ["a", "b", "c"], ""],
  ["-l a -- w", ["a"], "w"],
];

for (const [words, log, word] of LIST_CASES) {
  Deno.test(`parseWords() gives a list its words when they are ${words}`, () => {
    const parsed = parseWords(LISTS, words.split(" "));
    assert.deepEqual(parsed.lists.log, log);
    assert.equal(parsed.words.join(" "), word);
  });
}

Deno.test("parseWords() refuses a list without a word", () => {
  assert.throws(() => parseWords(LISTS, ["--log"]), /"--log": it has no value/);
});
