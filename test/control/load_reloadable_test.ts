import { match, rejects, strictEqual } from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { loadReloadable } from "../../src/control/load_reloadable.ts";
import { ControlError } from "../../src/control/types.ts";
import {
  createActionAccess,
  createMemoryFiles,
  MAIN_FILE,
} from "../config/render_case.ts";

function load(actions: string) {
  const text = '[global]\nstate_dir = "/tmp"\nsocket_path = "/tmp/s"\n' +
    '[jail.a]\nlog_path = "/tmp/x"\nfilter = ["<HOST>"]\nignoreself = false\n' +
    `actions = ${actions}\n`;
  const files = new Map([[MAIN_FILE, text]]);
  return loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(files),
    actions: createActionAccess(files),
  });
}

Deno.test("loadReloadable() refuses a configuration with an action that cannot be used", async () => {
  const current = load('["log"]');
  const reload = (actions: string) =>
    loadReloadable(() => Promise.resolve(load(actions)), {
      current,
      paths: { projectFolder: "/tmp" },
    });
  strictEqual((await reload('["log"]')).actions?.length, 1);
  await rejects(reload('["lgo"]'), (error) => {
    match(String(error), /"lgo".*did you mean "log"\?.*cannot be used/);
    return error instanceof ControlError && error.status === 422;
  });
});
