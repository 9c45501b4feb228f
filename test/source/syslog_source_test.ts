import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { createSocket } from "node:dgram";
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
} from "../../src/source/syslog_connections.ts";
import { createSyslogSource } from "../../src/source/syslog_source.ts";
import type { SyslogAddress } from "../../src/config/types.ts";
import { openLibc } from "../../src/util/libc.ts";
import { until } from "../support/daemon.ts";
import { isThere } from "../support/is_there.ts";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";
import { type RunningSource, runSource } from "./stream_fixture.ts";

const libc = openLibc();
const IS_ROOT = Deno.uid() === 0;

/** Whom a socket file is given to: others may give theirs to nobody else. */
const GROUP = IS_ROOT ? 4 : Deno.gid() ?? 0;

const ENCODER = new TextEncoder();

function receive(
  address: SyslogAddress,
  limits: Partial<ConnectionLimits> = {},
): Promise<RunningSource> {
  return runSource((log) =>
    createSyslogSource({
      path: "syslog",
      address,
      libc,
      log,
      limits: { ...CONNECTION_LIMITS, ...limits },
      retryMs: 50,
    })
  );
}

/** @returns an address that nothing listened at a moment ago */
function freeAddress(transport: "udp" | "tcp", host = "127.0.0.1") {
  const listener = Deno.listen({ hostname: host, port: 0 });
  const { port } = listener.addr;
  listener.close();
  return { transport, host, port } as const;
}

function connect({ host, port }: { host: string; port: number }) {
  return Deno.connect({ hostname: host, port });
}

function countsOf({ source }: RunningSource) {
  return source.describe().syslog;
}

async function sendDatagrams(
  { host, port }: { readonly host: string; readonly port: number },
  messages: readonly (string | Uint8Array)[],
): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  for (const message of messages) {
    await new Promise<void>((resolve, reject) =>
      socket.send(
        message,
        port,
        host,
        (error) => error === null ? resolve() : reject(error),
      )
    );
  }
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}

for (const host of ["127.0.0.1", "::1"]) {
  Deno.test(`createSyslogSource() makes a line of each datagram to ${host}, whatever is in it`, async () => {
    const address = freeAddress("udp", host);
    await using running = await receive(address);
    strictEqual(running.source.describe().state, "watching");
    const long = `<13>${"x".repeat(60_000)}`;
    await sendDatagrams(address, [
      "<13>Nov 26 15:04:05 box a[1]: one",
      "",
      "<13>two\nbox sshd[1]: forged\r\n",
      Uint8Array.of(0xff, 0, 0xfe),
      long,
      "<13>1 - box a 7 - - last",
    ]);
    await until("all came", () => running.text.endsWith("box a[7]: last\n"));
    const lines = running.text.split("\n");
    deepStrictEqual(lines.slice(0, 2), [
      "box a[1]: one",
      "two\\nbox sshd[1]: forged",
    ]);
    strictEqual(lines[3], long.slice(4));
    strictEqual(lines.length, 6);
    deepStrictEqual(countsOf(running), { messages: 6, cut: 0, dropped: 0 });
  });

  Deno.test(`createSyslogSource() reads connections to ${host}, by both kinds of frames`, async () => {
    const address = freeAddress("tcp", host);
    await using running = await receive(address);
    using counted = await connect(address);
    using lined = await connect(address);
    await counted.write(ENCODER.encode("8 <13>one\n27 <13>tw"));
    await lined.write(ENCODER.encode("<13>three\n<13>fo"));
    await until("whole ones came", () => running.text.length === 10);
    await counted.write(ENCODER.encode("o\nbox sshd[1]: forged"));
    await until(
      "the counted one came",
      () => running.text.includes("two\\nbox sshd[1]: forged\n"),
    );
    strictEqual(countsOf(running)?.connections, 2);
    lined.closeWrite();
    await until("the rest came", () => running.text.endsWith("\nfo\n"));
    await until("one is left", () => countsOf(running)?.connections === 1);
  });
}

Deno.test("createSyslogSource() cuts a message of 10 MB, and goes on", async () => {
  const address = freeAddress("tcp");
  await using running = await receive(address);
  using connection = await connect(address);
  const writer = connection.writable.getWriter();
  await writer.write(new Uint8Array(10_000_000).fill(120));
  await writer.write(ENCODER.encode("\n<13>next\n"));
  await until("the next came", () => running.text.endsWith("\nnext\n"));
  strictEqual(running.text.length, 64 * 1024 + "\nnext\n".length);
  strictEqual(countsOf(running)?.cut, 1);
});

Deno.test("createSyslogSource() refuses connections that are too many, and takes new ones when others go", async () => {
  const address = freeAddress("tcp");
  await using running = await receive(address, { connections: 3 });
  const open = await Promise.all(
    Array.from({ length: 3 }, () => connect(address)),
  );
  await until("they are there", () => countsOf(running)?.connections === 3);
  for (let i = 0; i < 20; i++) {
    using refused = await connect(address);
    strictEqual(await refused.read(new Uint8Array(1)).catch(() => null), null);
  }
  strictEqual(countsOf(running)?.refused, 20);
  const warnings = running.said.filter(({ message }) =>
    /too many/.test(message)
  );
  strictEqual(warnings.length, 1);
  open.pop()?.close();
  await until("one has gone", () => countsOf(running)?.connections === 2);
  using last = await connect(address);
  await last.write(ENCODER.encode("<13>last\n"));
  await until("it is heard", () => running.text === "last\n");
  for (const connection of open) connection.close();
});

Deno.test("createSyslogSource() hangs up on the silent and on who sends byte by byte, and on nobody else", async () => {
  const address = freeAddress("tcp");
  await using running = await receive(address, {
    idleMs: 1_000_000,
    messageMs: 2000,
  });
  using slow = await connect(address);
  using busy = await connect(address);
  let isEnded = false;
  const end = slow.read(new Uint8Array(1)).catch(() => null)
    .then(() => isEnded = true);
  await until("the slow one is hung up on", async () => {
    await slow.write(ENCODER.encode("<")).catch(() => {});
    // Never between two messages.
    await busy.write(ENCODER.encode("\n<13>busy"));
    return isEnded;
  });
  await end;
  strictEqual(countsOf(running)?.ended, 1);
  strictEqual(countsOf(running)?.connections, 1);
  ok(running.text.startsWith("busy\n"));
});

Deno.test("createSyslogSource() hangs up on who says nothing at all", async () => {
  const address = freeAddress("tcp");
  await using running = await receive(address, { idleMs: 200 });
  using silent = await connect(address);
  strictEqual(await silent.read(new Uint8Array(1)).catch(() => null), null);
  strictEqual(countsOf(running)?.ended, 1);
});

Deno.test("createSyslogSource() has a sender that floods wait, and loses nothing", async () => {
  const address = freeAddress("tcp");
  await using running = await receive(address);
  using connection = await connect(address);
  const writer = connection.writable.getWriter();
  const block = ENCODER.encode("<13>0123456789\n".repeat(4000));
  for (let i = 0; i < 50; i++) await writer.write(block);
  await until("all came", () => countsOf(running)?.messages === 200_000);
  strictEqual(running.text.length, 200_000 * 11);
});

for (const transport of ["unix", "unix-stream"] as const) {
  const words = (path: string, message: string) => [
    ...["--socket", path, "-t", "a", "--id=7"],
    ...transport === "unix" ? [] : ["--octet-count"],
    message,
  ];

  Deno.test(`createSyslogSource() receives at a ${transport} socket, over what a dead one left`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/new/log.sock`;
      const address = { transport, path, mode: 0o660, group: GROUP };
      {
        await using running = await receive(address);
        const { mode, gid } = Deno.statSync(path);
        strictEqual((mode ?? 0) & 0o777, 0o660);
        strictEqual(gid, GROUP);
        const { code, err } = await runText("logger", words(path, "hello"));
        strictEqual(code, 0, err);
        await until("it came", () => running.text.endsWith("a[7]: hello\n"));
        await using second = await receive(address);
        match(
          second.source.describe().reason ?? "",
          /somebody listens there already/,
        );
      }
      ok(!isThere(path), "the file is taken away");
    });
  });

  Deno.test(`createSyslogSource() takes over a ${transport} socket at which nobody listens, and no other file`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/log.sock`;
      const address = { transport, path, mode: 0o600 };
      Deno.writeTextFileSync(path, "precious");
      await using running = await receive(address);
      strictEqual(running.source.describe().state, "failed");
      strictEqual(Deno.readTextFileSync(path), "precious");
      Deno.removeSync(path);
      leaveSocket(path);
      await until(
        "it is taken over",
        () => running.source.describe().state === "watching",
      );
      strictEqual((await runText("logger", words(path, "hi"))).code, 0);
      await until("it came", () => running.text.endsWith("a[7]: hi\n"));
    });
  });
}

Deno.test("createSyslogSource() makes no socket where others could put something in its place", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/log.sock`;
    const address = { transport: "unix", path, mode: 0o666 } as const;
    const reason = async () => {
      await using running = await receive(address);
      return running.source.describe().reason;
    };
    Deno.chmodSync(folder, 0o777);
    match(await reason() ?? "", /others may replace what is in/);
    ok(!isThere(path));
    Deno.chmodSync(folder, 0o1777);
    strictEqual(await reason(), undefined);
    if (!IS_ROOT) return;
    Deno.chownSync(folder, 12345, null);
    match(await reason() ?? "", /others may replace what is in/);
  });
});

Deno.test("createSyslogSource() says once that its port is taken, and has it when it is free", async () => {
  const address = freeAddress("tcp");
  const other = Deno.listen({ hostname: address.host, port: address.port });
  await using running = await receive(address);
  const { state, reason } = running.source.describe();
  deepStrictEqual([state, reason], ["failed", "Address already in use"]);
  await until("it has tried again", () => running.said.length > 0);
  other.close();
  await until(
    "it listens",
    () => running.source.describe().state === "watching",
  );
  deepStrictEqual(running.said.map(({ message }) => message), [
    "Cannot receive syslog, try again",
    "Receive syslog",
  ]);
});

/** As a killed process does. */
function leaveSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path: `${path}.other` });
  Deno.renameSync(`${path}.other`, path);
  listener.close();
}
