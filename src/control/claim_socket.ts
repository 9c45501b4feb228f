/**
 * Opens a listening socket in its folder, over whatever a dead process left.
 *
 * @module
 */

import type { Libc } from "../util/libc.ts";
import { connectUnix, listenUnix } from "./unix_socket.ts";

/** Which socket, and whom it may not be taken from. */
export interface ClaimOptions {
  readonly libc: Libc;
  /** Absolute path of the socket; a missing folder is made with mode 0700. */
  readonly path: string;
  /** For errors: `control socket`. */
  readonly what: string;
  /** For the error when somebody answers there already: `another daemon answers there, expected to be the only one`. */
  readonly rival: string;
}

/** A socket that listens. */
export interface ClaimedSocket {
  readonly descriptor: number;
  /** Closes it, and removes it from its folder. */
  close(): void;
}

/**
 * Binds the socket, for its owner alone.
 *
 * @throws {Error} when somebody answers there, or the path cannot be used
 */
export function claimSocket(options: ClaimOptions): ClaimedSocket {
  const { libc, path } = options;
  makeFolder(options);
  removeStale(options);
  const descriptor = listenUnix(libc, path);
  return {
    descriptor,
    close() {
      libc.close(descriptor);
      removeSocket(path);
    },
  };
}

function makeFolder({ path, what }: ClaimOptions): void {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(
      `Cannot make the ${what}'s folder "${folder}": ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}

function removeStale({ libc, path, what, rival }: ClaimOptions): void {
  const answer = connectUnix(libc, path);
  if (typeof answer === "number") {
    libc.close(answer);
    throw new Error(`Cannot open ${what} "${path}": ${rival}`);
  }
  if (answer === "Connection refused") removeSocket(path);
}

function removeSocket(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
