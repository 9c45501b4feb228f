import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { parseAddress } from "../../src/util/address.ts";
import {
  bindSocket,
  connectSocket,
  inetAddress,
  unixAddress,
} from "../../src/util/bind_socket.ts";
import { openLibc } from "../../src/util/libc.ts";
import { withFolder } from "../support/with_folder.ts";

const libc = openLibc();

function loopback(family: 4 | 6, port: number) {
  const words = new Uint32Array(4);
  strictEqual(parseAddress(family === 4 ? "127.0.0.1" : "::1", words), family);
  return inetAddress(words, { family, port });
}

for (const type of ["stream", "datagram"] as const) {
  Deno.test(`bindSocket() makes a ${type} socket file that its owner alone may use, and connectSocket() finds it`, async () => {
    await withFolder((folder) => {
      const path = `${folder}/a.sock`;
      const socket = { address: unixAddress(path), type };
      strictEqual(connectSocket(libc, socket), "No such file or directory");
      const descriptor = Number(bindSocket(libc, socket));
      strictEqual((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
      strictEqual(bindSocket(libc, socket), "Address already in use");
      libc.close(Number(connectSocket(libc, socket)));
      libc.close(descriptor);
      strictEqual(connectSocket(libc, socket), "Connection refused");
    });
  });
}

Deno.test("bindSocket() listens at the address that inetAddress() encodes", async () => {
  for (const [family, hostname] of [[4, "127.0.0.1"], [6, "::1"]] as const) {
    const probe = Deno.listen({ hostname, port: 0 });
    const { port } = probe.addr;
    probe.close();
    const address = loopback(family, port);
    const descriptor = bindSocket(libc, { address, type: "stream" });
    strictEqual(typeof descriptor, "number", String(descriptor));
    (await Deno.connect({ hostname, port })).close();
    libc.close(Number(descriptor));
  }
});

Deno.test("unixAddress() keeps a path within its structure", () => {
  const { bytes } = unixAddress(`/${"x".repeat(300)}`);
  strictEqual(bytes.length, 110);
  deepStrictEqual([...bytes.subarray(-2)], [120, 0]);
});
