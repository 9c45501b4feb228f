import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  openSupervisor,
  type SupervisorWishes,
} from "../../src/observe/supervisor.ts";
import { openLibc } from "../../src/util/libc.ts";
import { listenDatagrams } from "../support/datagrams.ts";
import { withFolder } from "../support/with_folder.ts";

const libc = openLibc();

function open(wishes: Partial<SupervisorWishes>) {
  const warnings: string[] = [];
  const log = {
    error: () => {},
    warn: (text: string, fields = {}) =>
      void warnings.push(text + JSON.stringify(fields)),
    info: () => {},
    debug: () => {},
  };
  const supervisor = openSupervisor(libc, {
    socket: undefined,
    watchdogUsec: undefined,
    ...wishes,
    log,
  });
  return { supervisor, warnings };
}

Deno.test("openSupervisor() tells of the start and the end, each by a datagram of its own", async () => {
  await withFolder((folder) => {
    const socket = `${folder}/notify`;
    using listener = listenDatagrams(libc, socket);
    const { supervisor, warnings } = open({ socket });
    strictEqual(listener.hear(), undefined);
    supervisor.ready();
    strictEqual(listener.hear(), "READY=1");
    supervisor.stopping();
    strictEqual(listener.hear(), "STOPPING=1");
    strictEqual(listener.hear(), undefined);
    supervisor.close();
    deepStrictEqual(warnings, []);
  });
});

Deno.test("openSupervisor() reaches an abstract name", () => {
  const name = `fail2deno-test-${crypto.randomUUID()}`;
  using listener = listenDatagrams(libc, `\0${name}`);
  const { supervisor } = open({ socket: `@${name}` });
  supervisor.ready();
  strictEqual(listener.hear(), "READY=1");
  supervisor.close();
});

Deno.test("openSupervisor() lets the watchdog hear of it again and again, and no more after the end", async () => {
  await withFolder(async (folder) => {
    const socket = `${folder}/notify`;
    using listener = listenDatagrams(libc, socket);
    const { supervisor } = open({ socket, watchdogUsec: "60000" });
    supervisor.ready();
    strictEqual(listener.hear(), "READY=1");
    const heard: string[] = [];
    const end = Date.now() + 30_000;
    while (heard.length < 3 && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const text = listener.hear();
      if (text !== undefined) heard.push(text);
    }
    deepStrictEqual(heard, ["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]);
    supervisor.close();
  });
});

Deno.test("openSupervisor() goes on without a word where nobody wants one", () => {
  const { supervisor, warnings } = open({ watchdogUsec: "30000000" });
  supervisor.ready();
  supervisor.stopping();
  supervisor.close();
  deepStrictEqual(warnings, []);
});

Deno.test("openSupervisor() warns where the supervisor cannot be reached, and goes on", () => {
  for (
    const socket of ["/nonexistent/notify", "relative", `/${"x".repeat(120)}`]
  ) {
    const { supervisor, warnings } = open({ socket, watchdogUsec: "30000000" });
    strictEqual(warnings.length, 1);
    match(warnings[0] ?? "", /^Cannot reach the supervisor/);
    ok(warnings[0]?.includes(socket));
    supervisor.ready();
    supervisor.close();
  }
});
