/**
 * Unix stream sockets made by the C library.
 *
 * Deno's own unix sockets need a net permission that names the exact path, which a configurable path cannot have. A
 * descriptor made here before `ffi` is revoked needs none; node:net takes it over. See docs/decisions.
 *
 * @module
 */

import { describeErrno, type Libc } from "../util/libc.ts";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
/** `sizeof(struct sockaddr_un)`; its path has 108 bytes with the closing NUL. */
const SOCKADDR_LENGTH = 110;
const PATH_LIMIT = 107;
/** Connections that wait to be accepted: who comes when there are so many is refused at once. */
export const BACKLOG = 2048;

/**
 * Binds a socket that only its owner may connect to.
 *
 * @param path absolute; a socket left there by a dead process is the caller's to remove
 * @returns the listening descriptor
 * @throws {Error} with the system's words
 */
export function listenUnix(libc: Libc, path: string): number {
  const address = encodeAddress(path);
  const descriptor = libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw failed(libc, path);
  const mask = libc.umask(0o177);
  const bound = libc.bind(descriptor, address, SOCKADDR_LENGTH);
  const bindError = bound < 0 ? failed(libc, path) : undefined;
  libc.umask(mask);
  if (bindError !== undefined) {
    libc.close(descriptor);
    throw bindError;
  }
  if (libc.listen(descriptor, BACKLOG) < 0) {
    const error = failed(libc, path);
    libc.close(descriptor);
    throw error;
  }
  return descriptor;
}

/**
 * Connects to a listening socket.
 *
 * @returns the connected descriptor, or the system's words for why there is none
 */
export function connectUnix(libc: Libc, path: string): number | string {
  const address = encodeAddress(path);
  const descriptor = libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return describeErrno(libc);
  if (libc.connect(descriptor, address, SOCKADDR_LENGTH) === 0) {
    return descriptor;
  }
  const reason = describeErrno(libc);
  libc.close(descriptor);
  return reason;
}

function encodeAddress(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(path);
  if (!path.startsWith("/") || path.includes("\0")) {
    throw new Error(
      `Cannot use control socket "${path}": not an absolute path`,
    );
  }
  if (bytes.length > PATH_LIMIT) {
    throw new Error(
      `Cannot use control socket "${path}": ${bytes.length} bytes long, expected at most ${PATH_LIMIT}`,
    );
  }
  const address = new Uint8Array(SOCKADDR_LENGTH);
  new DataView(address.buffer).setUint16(0, AF_UNIX, IS_LITTLE_ENDIAN);
  address.set(bytes, 2);
  return address;
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function failed(libc: Libc, path: string): Error {
  return new Error(
    `Cannot open control socket "${path}": ${describeErrno(libc)}`,
  );
}
