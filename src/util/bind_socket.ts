/**
 * Sockets that receive, made by the C library.
 *
 * Deno's own need a net permission that names the exact address, which a configurable address cannot have. A descriptor made
 * here needs none; node:net takes a listening one over. See docs/decisions/0001_control_socket_by_libc.md.
 *
 * @module
 */

import { IS_LITTLE_ENDIAN } from "./byte_order.ts";
import { describeErrno, type Libc } from "./libc.ts";
import { AF, SO, SOCK, SOL } from "./socket_numbers.ts";

/** An address as the system has it, in the form of a `struct sockaddr`. */
export interface SocketAddress {
  /** `AF_UNIX`, `AF_INET`, `AF_INET6`. */
  readonly family: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Which socket. */
export interface BindOptions {
  readonly address: SocketAddress;
  readonly type: "stream" | "datagram";
  /** Rights that a socket file is not to have; default 0177: only its owner may connect. */
  readonly mask?: number;
}

/** Longest path that `struct sockaddr_un` holds with its final NUL. */
export const MAX_SOCKET_PATH = 107;

/** `sizeof(struct sockaddr_un)`. */
const UNIX_LENGTH = 110;
const INET_LENGTH = 16;
const INET6_LENGTH = 28;

/** Connections that wait to be accepted. */
const BACKLOG = 512;

const OWNER_ONLY = 0o177;

/**
 * Makes a socket of that address; one for connections listens.
 *
 * @returns the descriptor, or the system's words for why there is none
 */
export function bindSocket(
  libc: Libc,
  { address, type, mask = OWNER_ONLY }: BindOptions,
): number | string {
  const descriptor = libc.socket(address.family, typeNumber(type), 0);
  if (descriptor < 0) return describeErrno(libc);
  const problem = bind(libc, descriptor, { address, mask }) ??
    (type === "stream" ? listen(libc, descriptor) : undefined);
  if (problem === undefined) return descriptor;
  libc.close(descriptor);
  return problem;
}

/** @returns a connected descriptor, or the system's words for why there is none */
export function connectSocket(
  libc: Libc,
  { address, type }: Pick<BindOptions, "address" | "type">,
): number | string {
  const descriptor = libc.socket(address.family, typeNumber(type), 0);
  if (descriptor < 0) return describeErrno(libc);
  const { bytes } = address;
  if (libc.connect(descriptor, bytes, bytes.length) === 0) return descriptor;
  const problem = describeErrno(libc);
  libc.close(descriptor);
  return problem;
}

/** @param path absolute, without NUL, at most MAX_SOCKET_PATH bytes */
export function unixAddress(path: string): SocketAddress {
  const bytes = new Uint8Array(UNIX_LENGTH);
  putFamily(bytes, AF.UNIX);
  bytes.set(new TextEncoder().encode(path).subarray(0, MAX_SOCKET_PATH), 2);
  return { family: AF.UNIX, bytes };
}

/**
 * A name as services are told it: a path, or `@` and a name in the abstract namespace.
 *
 * @returns undefined where it is neither, or too long
 */
export function namedAddress(name: string): SocketAddress | undefined {
  const text = new TextEncoder().encode(name);
  if (!/^[/@]/.test(name) || text.length > MAX_SOCKET_PATH) return undefined;
  if (!name.startsWith("@")) return unixAddress(name);
  // As long as the name itself: an abstract one is no text that a NUL ends.
  const bytes = new Uint8Array(2 + text.length);
  putFamily(bytes, AF.UNIX);
  bytes.set(text.subarray(1), 3);
  return { family: AF.UNIX, bytes };
}

/** @param words the host, v4-mapped for IPv4 */
export function inetAddress(
  words: Uint32Array,
  { family, port }: { readonly family: 4 | 6; readonly port: number },
): SocketAddress {
  const bytes = new Uint8Array(family === 4 ? INET_LENGTH : INET6_LENGTH);
  const view = new DataView(bytes.buffer);
  putFamily(bytes, family === 4 ? AF.INET : AF.INET6);
  view.setUint16(2, port);
  if (family === 4) view.setUint32(4, words[3] ?? 0);
  else words.forEach((word, index) => view.setUint32(8 + 4 * index, word));
  return { family: family === 4 ? AF.INET : AF.INET6, bytes };
}

function bind(
  libc: Libc,
  descriptor: number,
  { address, mask }: Required<Pick<BindOptions, "address" | "mask">>,
): string | undefined {
  // What is left of connections of an earlier run would keep the port for a minute.
  if (address.family !== AF.UNIX) {
    libc.setsockopt(descriptor, SOL.SOCKET, SO.REUSEADDR, numberBytes(1), 4);
  }
  const { bytes } = address;
  const previous = libc.umask(mask);
  const isBound = libc.bind(descriptor, bytes, bytes.length) === 0;
  const problem = isBound ? undefined : describeErrno(libc);
  libc.umask(previous);
  return problem;
}

function listen(libc: Libc, descriptor: number): string | undefined {
  return libc.listen(descriptor, BACKLOG) < 0 ? describeErrno(libc) : undefined;
}

function typeNumber(type: BindOptions["type"]): number {
  return (type === "stream" ? SOCK.STREAM : SOCK.DGRAM) | SOCK.CLOEXEC;
}

function putFamily(bytes: Uint8Array<ArrayBuffer>, family: number): void {
  new DataView(bytes.buffer).setUint16(0, family, IS_LITTLE_ENDIAN);
}

function numberBytes(value: number): Int32Array<ArrayBuffer> {
  return new Int32Array([value]);
}
