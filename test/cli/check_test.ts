import { strictEqual } from "node:assert/strict";
import { LAUNCHER } from "../support/daemon.ts";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const FILTERS = new URL("../../filters/", import.meta.url);

Deno.test("check takes every filter that comes with it, also where the host is in another line", () =>
  withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/log`, "");
    const names = [...Deno.readDirSync(FILTERS)]
      .map(({ name }) => name.replace(/\.toml$/, "")).sort();
    const config = names.map((name) =>
      `[jail.${name}]\nlog_path = "${folder}/log"\nfilter = "${name}"\n`
    );
    Deno.writeTextFileSync(`${folder}/config.toml`, config.join("\n"));
    const { code, err } = await runText(
      LAUNCHER,
      ["check", "--explain", "--json", "-c", `${folder}/config.toml`],
    );
    strictEqual(code, 0, err);
  }));
