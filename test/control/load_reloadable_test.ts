import { match, rejects, strictEqual } from "node:assert/strict";
import { loadReloadable } from "../../src/control/load_reloadable.ts";
import { ControlError } from "../../src/control/types.ts";
import { loadWithActions } from "../config/render_case.ts";

function load(actions: string) {
  const text = '[global]\nstate_dir = "/tmp"\nsocket_path = "/tmp/s"\n' +
    '[jail.a]\nlog_path = "/tmp/x"\nfilter = ["<HOST>"]\nignoreself = false\n' +
    `actions = ${actions}\n`;
  return loadWithActions(text);
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
