import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { ANSWERS } from "../../src/control/answers.ts";
import { createControlClient } from "../../src/control/client.ts";
import { ROUTES } from "../../src/control/routes.ts";
import { openLibc } from "../../src/util/libc.ts";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
} from "../support/daemon.ts";
import { runText } from "../support/run.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const libc = openLibc();

const MONITORED = `${SAMPLE_JAIL}[control]
read_only_socket = "@DIR@/run/monitor.sock"
group = "nogroup"
`;

/** Bodies of the routes that want one. */
const BODIES: Readonly<Record<string, unknown>> = {
  "/v1/ban": { hosts: ["203.0.113.77"], jail: "sshd", seconds: null },
  "/v1/unban": { hosts: ["203.0.113.77"] },
  "/v1/fail2ban": { words: ["status", "sshd"] },
};

async function ask(
  path: string,
  { method, target, body }: {
    readonly method: string;
    readonly target: string;
    readonly body?: unknown;
  },
): Promise<{ readonly status: number; readonly value: unknown }> {
  using connection = await Deno.connect({ transport: "unix", path });
  const text = body === undefined ? "" : JSON.stringify(body);
  await connection.write(
    new TextEncoder().encode(
      `${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    ),
  );
  const reply = await new Response(connection.readable).text();
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(reply)?.[1]);
  return { status, value: JSON.parse(reply.slice(reply.indexOf("\r\n\r\n"))) };
}

function controlSocket({ folder }: TestDaemon): string {
  return `${folder}/run/control.sock`;
}

Deno.test("every route of the daemon answers in the shape that the API's description tells", async () => {
  await using daemon = await startDaemon({ config: MONITORED });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  daemon.append(failedPassword("203.0.113.4").repeat(3));
  await daemon.heard(/Ban host/);
  for (const { method, path, answer } of ROUTES) {
    const target = path.replace("{name}", "sshd")
      .replace("{address}", "203.0.113.9");
    const body = BODIES[path];
    const { status, value } = await ask(controlSocket(daemon), {
      method,
      target,
      body,
    });
    strictEqual(status, 200, `${method} ${target}: ${JSON.stringify(value)}`);
    const shape = ANSWERS[answer as keyof typeof ANSWERS];
    const { error } = shape.safeParse(value);
    strictEqual(error, undefined, `${target}: ${error?.message}`);
    const refused = await ask(controlSocket(daemon), {
      method: "DELETE",
      target,
    });
    strictEqual(refused.status, 405);
    ok(ANSWERS.Refusal.safeParse(refused.value).success);
  }
});

Deno.test("events of the daemon have the shape that is told, from the failure to the unban", async () => {
  await using daemon = await startDaemon({ config: MONITORED });
  const client = createControlClient(libc, controlSocket(daemon));
  const events = client.events();
  const first = events.next();
  let hasBegun = false;
  void first.then(() => hasBegun = true);
  while (!hasBegun) {
    daemon.append(failedPassword("203.0.113.4"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  await client.ban({ hosts: ["203.0.113.9"], jail: "sshd", seconds: null });
  await client.unban({ hosts: ["203.0.113.9"] });
  const seen: string[] = [];
  for await (const event of events) {
    ok(ANSWERS.ControlEvent.safeParse(event).success, JSON.stringify(event));
    if (!("host" in event) || event.host !== "203.0.113.9") continue;
    seen.push(event.kind);
    if (event.kind === "unban") break;
  }
  deepStrictEqual(seen, [
    ...["failure", "failure", "failure", "failure", "failure"],
    ...["ban", "extend", "unban"],
  ]);
});

Deno.test("read_only_socket is for its group, answers, and changes nothing", async () => {
  await using daemon = await startDaemon({ config: MONITORED });
  const path = `${daemon.folder}/run/monitor.sock`;
  const { mode, gid } = Deno.statSync(path);
  strictEqual((mode ?? 0) & 0o777, 0o660);
  ok(gid !== 0);
  strictEqual((Deno.statSync(`${daemon.folder}/run`).mode ?? 0) & 0o777, 0o711);
  strictEqual(
    (await ask(path, { method: "GET", target: "/v1/bans" })).status,
    200,
  );
  const body = BODIES["/v1/ban"];
  const refused = await ask(path, { method: "POST", target: "/v1/ban", body });
  strictEqual(refused.status, 403);
  strictEqual((await daemon.kernelBans()).size, 0);
  await daemon.kill("SIGTERM");
  deepStrictEqual([...Deno.readDirSync(`${daemon.folder}/run`)], []);
});

Deno.test("run refuses a group that is not there, and leaves no socket behind", async () => {
  await using daemon = await startDaemon({ config: MONITORED });
  await daemon.kill("SIGTERM");
  const text = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(daemon.configFile, text.replace("nogroup", "nosuch"));
  const { code, err } = await daemon.cli("run");
  ok(code !== 0);
  ok(/Cannot find group "nosuch"/.test(err), err);
  deepStrictEqual([...Deno.readDirSync(`${daemon.folder}/run`)], []);
});

Deno.test("a thousand clients that ask at once are all answered", async () => {
  await using daemon = await startDaemon({ config: MONITORED });
  const path = controlSocket(daemon);
  const answers = await Promise.all(
    Array.from(
      { length: 1000 },
      () => ask(path, { method: "GET", target: "/v1/status" }),
    ),
  );
  ok(answers.every(({ status }) => status === 200));
  const { out } = await runText("ls", [`/proc/${daemon.pid}/fd`]);
  ok(out.split("\n").length < 200, "their connections are closed");
});
