import { deepStrictEqual } from "node:assert/strict";
import {
  findPluginFiles,
  listPluginFolder,
} from "../../src/config/plugin_files.ts";
import { createMemoryFiles, MAIN_FILE } from "./render_case.ts";

const FOLDER = "/etc/fail2deno/actions";

function filesOf(text: string) {
  return createMemoryFiles(
    new Map([
      [MAIN_FILE, text],
      [`${FOLDER}/one.ts`, ""],
      [`${FOLDER}/two.js`, ""],
      [`${FOLDER}/webhook.ts`, ""],
      [`${FOLDER}/three.txt`, ""],
      [`${FOLDER}/Four.ts`, ""],
    ]),
  );
}

Deno.test("listPluginFolder() finds modules by their names, and no other file", () => {
  deepStrictEqual(
    [...listPluginFolder(MAIN_FILE, filesOf(""))],
    [
      ["one", `${FOLDER}/one.ts`],
      ["two", `${FOLDER}/two.js`],
      ["webhook", `${FOLDER}/webhook.ts`],
    ],
  );
  deepStrictEqual([...listPluginFolder("/none/c.toml", filesOf(""))], []);
});

Deno.test("findPluginFiles() names the files that a configuration takes modules from", () => {
  const find = (text: string) => findPluginFiles(MAIN_FILE, filesOf(text));
  const own = (...names: string[]) => names.map((name) => `${FOLDER}/${name}`);
  deepStrictEqual(find('[jail.a]\nactions = ["one", "none"]\n'), own("one.ts"));
  deepStrictEqual(
    find('[defaults]\nactions = [{ name = "two" }]\n'),
    own("two.js"),
  );
  deepStrictEqual(
    find(
      '[defaults.backend]\nplugin = "two"\n[jail.a]\nbackend = { file = "/opt/x.ts", one = 1 }\n',
    ),
    [...own("two.js"), "/opt/x.ts"],
  );
  deepStrictEqual(find("[action.one]\n"), own("one.ts"));
  deepStrictEqual(find('[action.x]\nplugin = "two"\n'), own("two.js"));
  deepStrictEqual(find('[action.x]\nfile = "/opt/x.ts"\n'), ["/opt/x.ts"]);
  deepStrictEqual(
    find('[jail.a]\nwebhook = "https://a.example"\n'),
    own("webhook.ts"),
  );
  for (const text of ["", "[action]\nx = 1\n", "[jail]\na = 5\n", "[["]) {
    deepStrictEqual(find(text), []);
  }
});
