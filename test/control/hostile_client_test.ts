import { match, ok, strictEqual } from "node:assert/strict";
import { createControlClient } from "../../src/control/client.ts";
import { libc, withServer } from "./server_rig.ts";

const encoder = new TextEncoder();

/** Writes as far as the server takes it. @returns whether it took all */
async function writeAll(
  connection: Deno.UnixConn,
  bytes: Uint8Array,
): Promise<boolean> {
  try {
    for (let at = 0; at < bytes.length;) {
      at += await connection.write(bytes.subarray(at));
    }
    return true;
  } catch {
    return false;
  }
}

/** Reads until the server ends it. */
async function readAll(connection: Deno.UnixConn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const length = await connection.read(buffer).catch(() => null);
    if (length === null) return text;
    text += new TextDecoder().decode(buffer.subarray(0, length));
  }
}

Deno.test("server closes a connection whose request comes byte by byte", () =>
  withServer(async (path) => {
    using slow = await Deno.connect({ transport: "unix", path });
    const request = "GET /v1/status HTTP/1.1\r\nhost: x\r\nx: ";
    let isOpen = await writeAll(slow, encoder.encode(request));
    const ended = readAll(slow).then(() => isOpen = false);
    while (isOpen) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (!await writeAll(slow, encoder.encode("x"))) isOpen = false;
    }
    await ended;
    strictEqual((await createControlClient(libc, path).status()).pid, 1);
  }, { limits: { requestMs: 200 } }));

Deno.test("server closes a connection whose body never ends, and one that says nothing", () =>
  withServer(async (path) => {
    using silent = await Deno.connect({ transport: "unix", path });
    using half = await Deno.connect({ transport: "unix", path });
    await writeAll(
      half,
      encoder.encode(
        "POST /v1/ban HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{",
      ),
    );
    strictEqual(await readAll(silent), "");
    await readAll(half);
    strictEqual((await createControlClient(libc, path).status()).pid, 1);
  }, { limits: { requestMs: 200, idleMs: 100 } }));

Deno.test("server closes an idle connection after its answer", () =>
  withServer(async (path) => {
    using connection = await Deno.connect({ transport: "unix", path });
    await writeAll(
      connection,
      encoder.encode("GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n"),
    );
    match(await readAll(connection), /^HTTP\/1\.1 200 /);
  }, { limits: { idleMs: 100 } }));

for (
  const head of ["content-length: 104857600", "transfer-encoding: chunked"]
) {
  Deno.test(`server takes little of a body of 100 MB with ${head}`, () =>
    withServer(async (path, { asked }) => {
      using connection = await Deno.connect({ transport: "unix", path });
      const isChunked = head.startsWith("transfer");
      const part = new Uint8Array(1 << 20).fill(32);
      const frame = isChunked
        ? new Uint8Array([
          ...encoder.encode("100000\r\n"),
          ...part,
          ...encoder.encode("\r\n"),
        ])
        : part;
      await writeAll(
        connection,
        encoder.encode(`POST /v1/ban HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n`),
      );
      const answered = readAll(connection);
      let taken = 0;
      while (taken < 100 && await writeAll(connection, frame)) taken++;
      ok(taken < 50, `${taken} MB were taken`);
      match(await answered, /^(HTTP\/1\.1 413 |$)/);
      strictEqual(asked.length, 0);
      strictEqual((await createControlClient(libc, path).status()).pid, 1);
    }));
}

Deno.test("server closes one connection too many, and goes on when others end", () =>
  withServer(async (path) => {
    const open = [];
    for (let i = 0; i < 3; i++) {
      open.push(await Deno.connect({ transport: "unix", path }));
    }
    using surplus = await Deno.connect({ transport: "unix", path });
    strictEqual(await readAll(surplus), "");
    for (const connection of open) connection.close();
    const client = createControlClient(libc, path);
    for (let isBack = false; !isBack;) {
      isBack = await client.status().then(() => true, () => false);
    }
  }, { limits: { connections: 3 } }));

Deno.test("server refuses more requests than it can answer beside its work", () =>
  withServer(async (path) => {
    using connection = await Deno.connect({ transport: "unix", path });
    const one = "GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n";
    const last = one.replace("host: x", "host: x\r\nconnection: close");
    const answered = readAll(connection);
    await writeAll(connection, encoder.encode(one.repeat(300) + last));
    const text = await answered;
    match(text, /HTTP\/1\.1 429 .*retry-after: 1/s);
    match(text, /^HTTP\/1\.1 200 /);
  }, { limits: { burst: 50, requestsASecond: 1 } }));
