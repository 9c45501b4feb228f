/**
 * A unix socket of datagrams for tests, as a supervisor has one.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import type { Libc } from "../../src/util/libc.ts";
import { AF, MSG, SOCK } from "../../src/util/socket_numbers.ts";

const ROOM = 4096;

/** The listening end. */
export interface DatagramListener extends Disposable {
  /** @returns the next datagram that is there */
  hear(): string | undefined;
}

/** Binds it. @param name a path, or a NUL and an abstract name */
export function listenDatagrams(libc: Libc, name: string): DatagramListener {
  const bytes = new TextEncoder().encode(name);
  const address = new Uint8Array(2 + bytes.length);
  new Uint16Array(address.buffer, 0, 1)[0] = AF.UNIX;
  address.set(bytes, 2);
  const descriptor = libc.socket(AF.UNIX, SOCK.DGRAM, 0);
  strictEqual(libc.bind(descriptor, address, address.length), 0);
  return {
    hear() {
      const buffer = new Uint8Array(ROOM);
      const length = libc.recv(descriptor, buffer, BigInt(ROOM), MSG.DONTWAIT);
      if (length < 0n) return undefined;
      return new TextDecoder().decode(buffer.subarray(0, Number(length)));
    },
    [Symbol.dispose]: () => void libc.close(descriptor),
  };
}
