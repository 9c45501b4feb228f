import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { LAUNCHER } from "../support/daemon.ts";
import { runInProcess as run } from "../support/program.ts";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const HIT =
  "Nov 20 19:08:03 box sshd[7]: Failed password for root from 192.0.2.7 port 22 ssh2";
const NEAR =
  "Nov 20 19:08:03 box sshd[7]: Failed password for root from nowhere";

const FILTER = `description = "My own"
prefix = '^ box app: always the same '
fail = ['login of <F-USER>\\S+</F-USER> from <HOST> failed$', 'probe by <HOST>$']
ignore = ['login of friend from']
`;

const LOG = [
  "Nov 20 19:08:03 box app: always the same login of a from 192.0.2.7 failed",
  "Nov 20 19:08:04 box app: always the same login of b\x1b[2J from 192.0.2.7 failed",
  "Nov 20 19:08:05 box app: always the same login of friend from 192.0.2.8 failed",
  "Nov 20 19:08:06 box app: always the same probe by 2001:db8::1",
  "Nov 20 19:08:07 box app: always the same probe by nobody\x1b[2J",
  "box cron: nothing",
];

/** A filter of one's own and a log for it. */
function withOwn(
  act: (paths: { filter: string; log: string }) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const filter = `${folder}/mine.toml`;
    const log = `${folder}/app.log`;
    Deno.writeTextFileSync(filter, FILTER);
    Deno.writeTextFileSync(log, `${LOG.join("\n")}\n`);
    await act({ filter, log });
  });
}

Deno.test("test-filter tells what a line is by which pattern and which literal", async () => {
  const { code, out } = await run("test-filter", "sshd", HIT);
  strictEqual(code, 0);
  match(out, /^Outcome +failure\nHost +192\.0\.2\.7\nUser +root\n/);
  match(out, /Pattern +#2 .*Failed/);
  match(out, /Literal +"Failed " led to it/);
  match(out, /Group ip4 +192\.0\.2\.7/);
  match(out, /Date +Nov 20 19:08:03 \(syslog\)/);
});

Deno.test("test-filter tells why a line is none, and which pattern comes near", async () => {
  const { code, out } = await run("test-filter", "sshd", NEAR);
  strictEqual(code, 1);
  match(out, /^Outcome +no match\nWhy not +no pattern matches/);
  match(out, /Near +#2 looks for "Failed ", which is there/);
  const json = JSON.parse(
    (await run("test-filter", "sshd", NEAR, "--json")).out,
  );
  deepStrictEqual([json.outcome, json.near[0].pattern], ["no match", 0]);
});

Deno.test("test-filter takes a filter's file, and counts what each pattern took of a log", () =>
  withOwn(async ({ filter, log }) => {
    const { code, out } = await run("test-filter", filter, log);
    strictEqual(code, 0);
    match(out, /^6 lines: 3 matched, 1 ignored, 2 missed, in /);
    match(out, /\n1 +3 +3 .*…login of/);
    match(out, /\n2 +1 +2 +"[^"]+" +…probe by <HOST>\$/);
    match(out, /HOST +FAILURES\n192\.0\.2\.7 +2\n2001:db8::1 +1\n/);
    match(out, /Missed lines \(2\):\n.*probe by nobody\\x1b\[2J\n/);
    ok(!out.includes("\x1b"));
  }));

Deno.test("test-filter shows as many lines as are asked for, also as JSON", () =>
  withOwn(async ({ filter, log }) => {
    const { out } = await run(
      ...["test-filter", filter, log, "--json", "--missed", "1"],
      ...["--matched", "9", "--ignored", "9"],
    );
    const test = JSON.parse(out);
    deepStrictEqual(test.missedLines, LOG.slice(4, 5));
    deepStrictEqual(test.ignoredLines, LOG.slice(2, 3));
    deepStrictEqual(
      test.matchedLines.map(({ host, pattern }: Record<string, unknown>) => [
        host,
        pattern,
      ]),
      [["192.0.2.7", 0], ["192.0.2.7", 0], ["2001:db8::1", 1]],
    );
  }));

Deno.test("test-filter exits with 1 when no line of a log matches", () =>
  withOwn(async ({ log }) => {
    strictEqual((await run("test-filter", "sshd", log)).code, 1);
  }));

Deno.test("test-filter tries patterns without any filter, and a jail as it is configured", async () => {
  const pattern = await run(
    ...["test-filter", "-p", "nothing <HOST>", "-p", "from <HOST> port", HIT],
  );
  strictEqual(pattern.code, 0, pattern.err);
  match(pattern.out, /Pattern +#2 from <HOST> port/);
  strictEqual((await run("regex", "-p", "<HOST>", "--line", HIT)).code, 0);
  await withFolder(async (folder) => {
    const config = `${folder}/config.toml`;
    Deno.writeTextFileSync(
      config,
      `[jail.web]\nlog_path = "${folder}/log"\nfilter = ['hit by <HOST>']\n`,
    );
    const known = ["test-filter", "-c", config, "-j"] as const;
    strictEqual((await run(...known, "web", "a hit by 192.0.2.1")).code, 0);
    match((await run(...known, "wbe", "x")).err, /did you mean "web"/);
  });
});

Deno.test("test-filter does not read config.d of the folder that it runs in", () =>
  withFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/config.d`);
    Deno.writeTextFileSync(`${folder}/config.d/a.toml`, "no TOML");
    const words = ["-C", folder, LAUNCHER, "test-filter", "sshd", HIT];
    const { code, err } = await runText("env", words);
    strictEqual(code, 0, err);
  }));

const REFUSALS: readonly (readonly [words: string[], code: number, RegExp])[] =
  [
    [["sshdd", "x"], 78, /did you mean "sshd"/],
    [["sshd"], 64, /expected a log or a line/],
    [[], 64, /no filter given/],
    [["sshd", "a", "b"], 64, /one word too many|expected one log or line/],
    [["-p", "no host", "x"], 65, /expected <HOST>/],
    [["-p", "<HOST>", "-j", "a", "x"], 64, /either --jail or --pattern/],
    [["sshd", "/nowhere/at.log"], 65, /no such file|permissions/],
    [["/etc/fail2ban/filter.d/sshd.conf", "x"], 65, /fail2deno import/],
  ];

for (const [words, code, pattern] of REFUSALS) {
  Deno.test(`test-filter ${words.join(" ")} is refused with ${code}`, async () => {
    const refused = await run("test-filter", ...words);
    strictEqual(refused.code, code, refused.err);
    match(refused.err, pattern);
  });
}
