import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { COMMANDS } from "../../src/cli/commands.ts";
import { LAUNCHER } from "../support/daemon.ts";
import { isFile } from "../support/is_file.ts";
import { runInProcess } from "../support/program.ts";
import { runText } from "../support/run.ts";
import { HAS_TMUX, openTerminal } from "../support/terminal.ts";
import { withFolder } from "../support/with_folder.ts";

const JAILS = `[jail.sshd]
log_path = "/var/log/auth.log"
filter = "sshd"
[jail.web-one]
log_path = "/var/log/auth.log"
filter = "sshd"
`;

/** A folder with the script, a configuration, and a `bin` in which the program is. */
function withScript(
  shell: "bash" | "zsh" | "fish",
  act: (
    place: { folder: string; script: string; path: string },
  ) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const { out } = await runInProcess("completions", shell);
    const script = `${folder}/_fail2deno`;
    Deno.writeTextFileSync(script, out);
    Deno.writeTextFileSync(`${folder}/config.toml`, JAILS);
    Deno.mkdirSync(`${folder}/bin`);
    Deno.symlinkSync(LAUNCHER, `${folder}/bin/fail2deno`);
    const path = `${folder}/bin:${Deno.env.get("PATH")}`;
    await act({ folder, script, path });
  });
}

/** @returns what bash offers for the last word */
async function bashOffers(script: string, words: readonly string[]) {
  const result = await runText("bash", [
    "--norc",
    "-c",
    `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fail2deno; printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    script,
    ...words,
  ]);
  strictEqual(result.err, "");
  return result.out.split("\n").filter((word) => word !== "");
}

Deno.test("completions bash completes commands, options, words, files and jails", () =>
  withScript("bash", async ({ folder, script }) => {
    const program = `${folder}/bin/fail2deno`;
    const offers = (...words: string[]) =>
      bashOffers(script, [program, ...words]);
    deepStrictEqual(await offers("sta"), ["status", "stats"]);
    for (const { name } of COMMANDS) ok((await offers(name)).includes(name));
    deepStrictEqual(await offers("status", "--pat"), ["--patterns"]);
    deepStrictEqual(await offers("db", ""), [
      ...["check", "vacuum", "export", "import"],
    ]);
    deepStrictEqual(await offers("events", "--kind", "un"), ["unban"]);
    deepStrictEqual(
      await offers("check", "-c", `${folder}/conf`),
      [`${folder}/config.toml`],
    );
    deepStrictEqual(
      await offers("status", "-c", `${folder}/config.toml`, ""),
      ["sshd", "web-one"],
    );
    deepStrictEqual(
      await offers("ban", "-c", `${folder}/config.toml`, "-j", "w"),
      ["web-one"],
    );
    deepStrictEqual(await offers("ban", "--for", ""), []);
  }));

Deno.test({
  name: "completions fish completes commands, options and jails",
  ignore: !isFile("/usr/bin/fish"),
  fn: () =>
    withScript("fish", async ({ folder, script, path }) => {
      const offers = async (line: string) => {
        const { out, err } = await runText("env", [
          ...[`PATH=${path}`, `HOME=${folder}`, "fish", "--no-config", "-c"],
          `source ${script}; complete -C ${JSON.stringify(line)}`,
        ]);
        strictEqual(err, "");
        return out.split("\n").filter((row) => row !== "")
          .map((row) => row.split("\t")[0]);
      };
      deepStrictEqual((await offers("fail2deno sta")).sort(), [
        ...["stats", "status"],
      ]);
      deepStrictEqual(await offers("fail2deno status --pat"), ["--patterns"]);
      ok((await offers("fail2deno db ")).includes("vacuum"));
      deepStrictEqual(
        (await offers(`fail2deno status -c ${folder}/config.toml `)).sort(),
        ["sshd", "web-one"],
      );
    }),
});

Deno.test({
  name: "completions zsh completes commands, options and jails",
  ignore: !isFile("/usr/bin/zsh") || !HAS_TMUX,
  fn: () =>
    withScript("zsh", async ({ folder, path }) => {
      await using terminal = await openTerminal({
        columns: 120,
        command: ["zsh", "-f"],
        env: { PATH: path, HOME: folder, PROMPT: "> ", RPROMPT: "" },
      });
      await terminal.shows(/^>/m);
      await terminal.enter(
        `fpath=(${folder} $fpath); autoload -U compinit; compinit -u -D; echo rea"dy"`,
      );
      await terminal.shows(/^ready/m);
      const complete = async (line: string, pattern: RegExp) => {
        await terminal.press("C-u");
        await terminal.press("-l", line);
        await terminal.press("Tab");
        return await terminal.shows(pattern);
      };
      match(
        await complete("fail2deno stat", /stats .*-- Show running/),
        /status .*-- Show the daemon's jails/,
      );
      await complete("fail2deno status --pat", /status --patterns\b/);
      await complete("fail2deno db vac", /fail2deno db vacuum\b/);
      await complete(
        `fail2deno status -c ${folder}/config.toml web`,
        /config\.toml web-one\b/,
      );
    }),
});

Deno.test("completions jails lists what is configured, and nothing where nothing can be read", () =>
  withScript("bash", async ({ folder }) => {
    const known = await runText(LAUNCHER, [
      ...["completions", "jails", "-c", `${folder}/config.toml`],
    ]);
    strictEqual(known.out, "sshd\nweb-one\n");
    const none = await runText(LAUNCHER, [
      ...["completions", "jails", "-c", `${folder}/none.toml`],
    ]);
    deepStrictEqual([none.code, none.out, none.err], [0, "", ""]);
  }));
