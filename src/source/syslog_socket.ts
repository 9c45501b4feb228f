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

const ROOT = 0;

const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

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
  const { ino, uid } = Deno.lstatSync(path);
  const remove = () => removeIf(path, (found) => found.ino === ino);
  try {
    requireSafeFolder(dirname(path), uid);
    // Nobody but the owner can use it before the group is right.
    if (group !== undefined) Deno.chownSync(path, null, group);
    Deno.chmodSync(path, mode);
  } catch (error) {
    libc.close(descriptor);
    remove();
    throw error;
  }
  return { descriptor, remove };
}

/** Who may put another file in its place would have that one's owner changed, or hear what is sent. */
function requireSafeFolder(folder: string, uid: number | null): void {
  const { mode, uid: owner } = Deno.statSync(folder);
  const isOpen = ((mode ?? 0) & OTHERS_WRITE) !== 0 &&
    ((mode ?? 0) & STICKY) === 0;
  if (!isOpen && (owner === uid || owner === ROOT)) return;
  throw new Error(
    `others may replace what is in "${folder}", expected a folder of our own`,
  );
}

/** A file at which nobody listens is what a killed daemon left. */
function removeStale(path: string, answer: number | string, libc: Libc): void {
  if (typeof answer === "number") {
    libc.close(answer);
    throw new Error("somebody listens there already");
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
