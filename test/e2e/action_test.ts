import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { LAUNCHER } from "../support/daemon.ts";
import { runText } from "../support/run.ts";
import { makeTrustedFolder, pluginText } from "../support/sandbox_rig.ts";

/** Runs `action check` on a file with this text. */
async function check(text: string, ...words: string[]) {
  const folder = makeTrustedFolder();
  try {
    Deno.writeTextFileSync(`${folder}/team.ts`, text);
    const result = await runText(LAUNCHER, [
      ...["action", "check", `${folder}/team.ts`, ...words],
    ]);
    return { ...result, out: result.out.replaceAll(folder, "FOLDER") };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const TEAM = `
export default {
  id: "team",
  version: "1.2.0",
  describe: "Tells the team",
  options: {
    url: { type: "url", describe: "Where to", required: true },
    style: { type: "choice", choices: ["a", "b"], default: "a", describe: "How" },
  },
  permissions: { net: ["{url}"] },
  async ban() {},
  async cleanup() {},
};`;

Deno.test("action check shows what an action is", async () => {
  const { code, out, err } = await check(TEAM);
  strictEqual(err, "");
  strictEqual(code, 0);
  strictEqual(
    out,
    `team 1.2.0: Tells the team
  file     FOLDER/team.ts
  kind     handler action
  answers  ban, cleanup
  reaches  {url}

OPTION  TYPE    DEFAULT   WHAT
url     url     required  Where to
style   choice  "a"       How
`,
  );
});

Deno.test("action list tells what files of one's own may do", async () => {
  const folder = makeTrustedFolder();
  try {
    Deno.mkdirSync(`${folder}/actions`, { mode: 0o755 });
    Deno.writeTextFileSync(`${folder}/actions/team.ts`, TEAM);
    const config = ["-c", `${folder}/config.toml`];
    const { code, out } = await runText(LAUNCHER, [
      ...["action", "list", ...config],
    ]);
    strictEqual(code, 0);
    match(out, /^team +handler +host in url +Tells the team$/m);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("action check says the same in JSON", async () => {
  const { code, out } = await check(TEAM, "--json");
  strictEqual(code, 0);
  const { file, action } = JSON.parse(out);
  deepStrictEqual([file, action.id, action.kind, action.methods], [
    "FOLDER/team.ts",
    "team",
    "handler",
    ["ban", "cleanup"],
  ]);
});

Deno.test("action check tells all that is wrong, and ends with 65", async () => {
  const text = TEAM.replace('"1.2.0"', "1").replace('"{url}"', '"*"');
  const { code, out } = await check(text);
  strictEqual(code, 65);
  strictEqual(
    out,
    `FOLDER/team.ts cannot be used as an action:
  version: expected MAJOR.MINOR.PATCH
  permissions.net.0: expected HOST, HOST:PORT or {OPTION}
`,
  );
  const json = JSON.parse((await check(text, "--json")).out);
  strictEqual(json.problems.length, 2);
});

Deno.test("action check tells where a file does not parse", async () => {
  const { code, out } = await check("export default {\n  id: ;\n};");
  strictEqual(code, 65);
  match(out, /SyntaxError: Expression expected at plugin:2:7\n$/);
});

Deno.test("action check gives an action that is loaded no right to do anything", async () => {
  for (
    const [deed, denial] of [
      [`Deno.readTextFileSync("/etc/passwd")`, /Requires read access/],
      [`await fetch("http://127.0.0.1:9999/")`, /Requires net access/],
      [`new Deno.Command("/bin/true").outputSync()`, /Requires run access/],
      [`Deno.kill(Deno.ppid, "SIGKILL")`, /Requires run access/],
    ] as const
  ) {
    const { code, out } = await check(`${deed};\n${TEAM}`);
    strictEqual(code, 65, out);
    match(out, denial);
  }
});

Deno.test("action check escapes what an action says of itself", async () => {
  const { out } = await check(
    TEAM.replace("Tells the team", "Tells\\u001b[2Jall"),
  );
  match(out, /^team 1\.2\.0: Tells\\x1b\[2Jall\n/);
});

Deno.test("action refuses words that it does not know", async () => {
  const wrong = await runText(LAUNCHER, ["action", "chek"]);
  strictEqual(wrong.code, 64);
  match(wrong.err, /did you mean "check"\?/);
  strictEqual((await runText(LAUNCHER, ["action", "check"])).code, 64);
  strictEqual((await check(pluginText("team", "async ban() {},"))).code, 0);
});
