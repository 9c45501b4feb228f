import { match, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { makeBareRoot } from "../support/bare_root.ts";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const SCRIPTS = fileURLToPath(new URL("../../scripts/", import.meta.url));

/** Nobody else can mount. */
const ignore = Deno.uid() !== 0;

/** Stands for a portable file: says by which name it runs, as which process, where and with what. */
const FILE = `#!/bin/sh
echo "\${0##*/} $$ $PWD $WORD $*"
[ "$1" = version ] || exit 7
`;

/** Writes the file. @returns its path */
function writeFile(folder: string): string {
  Deno.writeTextFileSync(`${folder}/file`, FILE);
  return `${folder}/file`;
}

Deno.test({
  name:
    "bare_root's launcher becomes the program, which keeps all that it is given",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await using bare = await makeBareRoot(writeFile(folder));
      Deno.symlinkSync(bare.launcher, `${folder}/fail2ban-client`);
      for (const path of [bare.launcher, `${folder}/fail2ban-client`]) {
        const child = new Deno.Command(path, {
          args: ["7", "a b"],
          cwd: folder,
          env: { WORD: "given" },
          stdout: "piped",
        }).spawn();
        const { code, stdout } = await child.output();
        strictEqual(
          new TextDecoder().decode(stdout),
          `${path.replace(/.*\//, "")} ${child.pid} ${folder} given 7 a b\n`,
        );
        strictEqual(code, 7);
      }
    }),
});

Deno.test({
  name: "bare_root refuses a root in which a Node can be found",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      Deno.mkdirSync(`${folder}/bin`);
      Deno.mkdirSync(`${folder}/bare`);
      Deno.writeTextFileSync(`${folder}/bin/node`, "");
      const { code, err } = await runText(
        "sh",
        [`${SCRIPTS}bare_root`, `${folder}/bare`, writeFile(folder)],
        // The machine's /tmp is in it.
        { PATH: `${Deno.env.get("PATH")}:${folder}/bin` },
      );
      strictEqual(code, 69, err);
      match(
        err,
        /Cannot use the bare root: there is ".*\/bin\/node", expected/,
      );
    }),
});

Deno.test({
  name: "bare_root hides the sources where their folder is shown in the root",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const checkout = `${folder}/checkout`;
      Deno.mkdirSync(`${checkout}/scripts`, { recursive: true });
      Deno.mkdirSync(`${folder}/bare`);
      Deno.writeTextFileSync(`${checkout}/main.ts`, "");
      for (const name of ["bare_root", "enter_bare_root"]) {
        Deno.copyFileSync(SCRIPTS + name, `${checkout}/scripts/${name}`);
      }
      const file = writeFile(folder);
      const words = [`${checkout}/scripts/bare_root`, `${folder}/bare`, file];
      const made = await runText("sh", words);
      strictEqual(made.code, 0, made.err);
      const inside = await runText(`${folder}/bare/enter`, ["ls", checkout]);
      strictEqual(inside.out, "", inside.err);
      strictEqual(inside.code, 0);
    }),
});
