import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
  throws,
} from "node:assert/strict";
import { createControlClient } from "../../src/control/client.ts";
import { EventHub } from "../../src/control/event_hub.ts";
import { openControl } from "../../src/control/open.ts";
import { DaemonUnreachableError } from "../../src/control/types.ts";
import { SILENT } from "../../src/util/log.ts";
import { isVisited } from "../../src/util/visits.ts";
import { createFakeDaemon, libc, withServer } from "./server_rig.ts";

const hub = new EventHub();

Deno.test("client and server carry requests and answers over a unix socket", async () => {
  await withServer(async (path, { asked }) => {
    const client = createControlClient(libc, path);
    strictEqual((await client.status()).version, "1");
    deepStrictEqual(await client.unban({ all: true }), { unbanned: 3 });
    await client.ban({ hosts: ["192.0.2.1"], jail: "sshd", seconds: null });
    deepStrictEqual(asked, [
      { hosts: ["192.0.2.1"], jail: "sshd", seconds: null },
    ]);
  });
});

Deno.test("client asks for the actions of one jail, or of all", async () => {
  await withServer(async (path, { asked }) => {
    const client = createControlClient(libc, path);
    const none = { drivers: [], actions: [] };
    deepStrictEqual(await client.actions(), none);
    deepStrictEqual(await client.actions("sshd"), none);
    await rejects(client.actions("other"), { status: 404 });
    deepStrictEqual(asked, [{ actionsOf: undefined }, { actionsOf: "sshd" }]);
  });
});

Deno.test("client asks for the patterns of one jail, or of all", async () => {
  await withServer(async (path, { asked }) => {
    const client = createControlClient(libc, path);
    await client.patterns();
    await client.patterns("sshd");
    await rejects(client.patterns("other"), { status: 404 });
    deepStrictEqual(asked, [{ patternsOf: undefined }, { patternsOf: "sshd" }]);
  });
});

Deno.test("client rejects with the daemon's own words when it refuses", async () => {
  await withServer(async (path) => {
    const client = createControlClient(libc, path);
    await rejects(client.jail("no%such"), {
      name: "ControlError",
      status: 404,
    });
    await rejects(client.reload(), { message: "Cannot reload: no" });
    await rejects(client.ban({ hosts: [], jail: "x" }), { status: 400 });
    await rejects(client.unban({}), { status: 400 });
    await rejects(client.stats(), { status: 500, message: "out of order" });
  });
});

Deno.test("client carries fail2ban's commands, values and refusals", async () => {
  await withServer(async (path) => {
    const { fail2ban } = createControlClient(libc, path);
    deepStrictEqual(await fail2ban({ words: ["ping"] }), { value: "pong" });
    deepStrictEqual(await fail2ban({ words: ["bogus"] }), {
      refusal: { name: "Exception", message: "Invalid command" },
    });
    // A fault of the daemon's is told as one.
    deepStrictEqual(await fail2ban({ words: ["banned"] }), {
      refusal: { name: "Exception", message: "not asked here" },
    });
    deepStrictEqual(await fail2ban({ words: ["reload", "--all", [], []] }), {
      refusal: { name: "ValueError", message: "Cannot reload: no" },
    });
    await rejects(fail2ban({ words: [] }), { status: 400 });
  });
});

Deno.test("server answers a hundred clients at once", async () => {
  await withServer(async (path) => {
    const client = createControlClient(libc, path);
    const all = await Promise.all(
      Array.from({ length: 100 }, () => client.status()),
    );
    strictEqual(all.length, 100);
  });
});

Deno.test("server lets others know that somebody waits, until there is an answer", async () => {
  const { control } = createFakeDaemon();
  const seen: boolean[] = [];
  const patterns = () => {
    seen.push(isVisited());
    return [];
  };
  await withServer(async (path) => {
    await createControlClient(libc, path).patterns();
    for (let n = 0; n < 100 && isVisited(); n++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    seen.push(isVisited());
  }, { control: { ...control, patterns } });
  deepStrictEqual(seen, [true, false]);
});

Deno.test("client rejects with DaemonUnreachableError when nobody listens", async () => {
  const client = createControlClient(libc, "/tmp/fail2deno-none.sock");
  await rejects(client.status(), DaemonUnreachableError);
});

Deno.test("openControl() takes over the socket of a dead daemon, not of a living one", async () => {
  await withServer((path) => {
    const { control } = createFakeDaemon();
    throws(
      () => openControl({ libc, path, control, logger: SILENT, hub }),
      /another daemon/,
    );
    return Promise.resolve();
  });
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const path = `${folder}/control.sock`;
  const dead = Deno.listen({ transport: "unix", path });
  dead.close();
  Deno.writeTextFileSync(`${folder}/keep`, "");
  const { control } = createFakeDaemon();
  const server = openControl({ libc, path, control, logger: SILENT, hub });
  await server.close();
  deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [
    "keep",
  ]);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("openControl() answers whoever came before it served", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const path = `${folder}/control.sock`;
  const { control } = createFakeDaemon();
  const server = openControl({ libc, path, control, logger: SILENT, hub });
  const early = createControlClient(libc, path).status();
  await server.serve();
  ok(await early);
  await server.close();
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("openControl() refuses a path that is too long", () => {
  const { control } = createFakeDaemon();
  const path = `/tmp/${"x".repeat(120)}`;
  throws(
    () => openControl({ libc, path, control, logger: SILENT, hub }),
    /125 bytes long, expected at most 107/,
  );
});

Deno.test("server cuts a body that is too long", async () => {
  await withServer(async (path) => {
    const client = createControlClient(libc, path);
    const hosts = Array.from({ length: 9000 }, () => "1".repeat(400));
    const error: unknown = await client.ban({ hosts, jail: "x" }).catch((e) =>
      e
    );
    match(String(error), /longer than|EPIPE|ECONNRESET|socket hang up/);
    strictEqual((await client.status()).version, "1");
  });
});

Deno.test("server refuses what changes something where it only reads", () =>
  withServer(async (path, { asked }) => {
    const client = createControlClient(libc, path);
    strictEqual((await client.status()).version, "1");
    const body = { hosts: ["192.0.2.1"], jail: "sshd" };
    await rejects(client.ban(body), { status: 403 });
    await rejects(client.unban({ all: true }), { status: 403 });
    await rejects(client.reload(), { status: 403 });
    deepStrictEqual(asked, []);
  }, { isReadOnly: true }));

Deno.test("server refuses parameters that a route does not know", () =>
  withServer(async (path) => {
    const answer = await fetchFrom(path, "/v1/bans?jial=sshd");
    match(answer, /^HTTP\/1\.1 400 /);
    match(answer, /query: unknown key \\"jial\\"/);
  }));

async function fetchFrom(path: string, target: string): Promise<string> {
  using connection = await Deno.connect({ transport: "unix", path });
  const request =
    `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
}
