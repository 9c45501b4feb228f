/**
 * Opens the socket that messages of syslog come to.
 *
 * @module
 */

import { dirname } from "node:path/posix";
import type { SyslogAddress } from "../config/types.ts";
import { parseAddress } from "../util/address.ts";
import {
  bindSocket,
  connectSocket,
  inetAddress,
  unixAddress,
} from "../util/bind_socket.ts";
import type { Libc } from "../util/libc.ts";

/** An open socket. */
export interface SyslogSocket {
  /** Bound; for connections it listens. */
  readonly descriptor: number;
  /** Takes the socket's file away, if it has one and that is still the same. */
  remove(): void;
}

type SocketType = "stream" | "datagram";

type SocketFile = Extract<SyslogAddress, { readonly path: string }>;

/**
 * Opens it.
 *
 * @throws {Error} with the system's words
 */
export function openSyslogSocket(
  libc: Libc,
  address: SyslogAddress,
): SyslogSocket {
  const { transport } = address;
  const type = transport === "tcp" || transport === "unix-stream"
    ? "stream"
    : "datagram";
  if ("path" in address) return openFile(libc, address, type);
  const { host, port } = address;
  const words = new Uint32Array(4);
  const family = parseAddress(host, words) === 4 ? 4 : 6;
  const descriptor = requireDescriptor(bindSocket(libc, {
    address: inetAddress(words, { family, port }),
    type,
  }));
  return { descriptor, remove() {} };
}

function openFile(
  libc: Libc,
  { path, mode, group }: SocketFile,
  type: SocketType,
): SyslogSocket {
  const address = unixAddress(path);
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  removeStale(path, connectSocket(libc, { address, type }), libc);
  const descriptor = requireDescriptor(bindSocket(libc, { address, type }));
  try {
    // Nobody but the owner can use it before the group is right.
    if (group !== undefined) Deno.chownSync(path, null, group);
    Deno.chmodSync(path, mode);
  } catch (error) {
    libc.close(descriptor);
    throw error;
  }
  const { ino } = Deno.lstatSync(path);
  return {
    descriptor,
    remove: () => removeIf(path, (found) => found.ino === ino),
  };
}

/** A file at which nobody listens is what a killed daemon left. */
function removeStale(path: string, answer: number | string, libc: Libc): void {
  if (typeof answer === "number") {
    libc.close(answer);
    throw new Error("another process listens there");
  }
  if (answer !== "Connection refused") return;
  removeIf(path, ({ isSocket }) => isSocket === true);
}

function removeIf(path: string, test: (found: Deno.FileInfo) => boolean): void {
  try {
    if (test(Deno.lstatSync(path))) Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function requireDescriptor(bound: number | string): number {
  if (typeof bound === "number") return bound;
  throw new Error(bound);
}
