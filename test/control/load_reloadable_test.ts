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

Deno.test("loadReloadable() refuses another socket, which only a start can open", async () => {
  const load = (compat: string) =>
    loadWithActions(
      `[global]\nstate_dir = "/tmp"\nsocket_path = "/tmp/s"\n${compat}` +
        '[jail.a]\nlog_path = "/tmp/x"\nfilter = ["<HOST>"]\nignoreself = false\n',
    );
  const socket = '[compat]\nfail2ban_socket = "/tmp/f"\n';
  const reload = (before: string, after: string) =>
    loadReloadable(() => Promise.resolve(load(after)), {
      current: load(before),
      paths: { projectFolder: "/tmp" },
    });
  strictEqual(
    (await reload(socket, socket)).global.fail2banSocket,
    "/tmp/f",
  );
  for (const [before, after] of [["", socket], [socket, ""]] as const) {
    await rejects(reload(before, after), {
      status: 409,
      message: /fail2ban_socket is now .*expected a restart/,
    });
  }
});
