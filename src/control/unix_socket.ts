/**
 * The control socket's two ends.
 *
 * @module
 */

import {
  bindSocket,
  connectSocket,
  MAX_SOCKET_PATH,
  type SocketAddress,
  unixAddress,
} from "../util/bind_socket.ts";
import type { Libc } from "../util/libc.ts";

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
  const address = toAddress(path);
  const bound = bindSocket(libc, { address, type: "stream" });
  if (typeof bound === "number") return bound;
  throw new Error(`Cannot open control socket "${path}": ${bound}`);
}

/**
 * Connects to a listening socket.
 *
 * @returns the connected descriptor, or the system's words for why there is none
 */
export function connectUnix(libc: Libc, path: string): number | string {
  return connectSocket(libc, { address: toAddress(path), type: "stream" });
}

function toAddress(path: string): SocketAddress {
  if (!path.startsWith("/") || path.includes("\0")) {
    throw new Error(
      `Cannot use control socket "${path}": not an absolute path`,
    );
  }
  const { length } = new TextEncoder().encode(path);
  if (length > MAX_SOCKET_PATH) {
    throw new Error(
      `Cannot use control socket "${path}": ${length} bytes long, expected at most ${MAX_SOCKET_PATH}`,
    );
  }
  return unixAddress(path);
}
