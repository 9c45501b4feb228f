/**
 * Opens the control socket in a folder of its own, over whatever a dead daemon left.
 *
 * @module
 */

import type { Libc } from "../util/libc.ts";
import { type ControlServer, serveControl } from "./server.ts";
import type { ControlServerOptions } from "./server.ts";
import { BACKLOG, connectUnix, listenUnix } from "./unix_socket.ts";

/** What openControl needs besides the server's own options. */
export interface OpenControlOptions
  extends Omit<ControlServerOptions, "descriptor"> {
  readonly libc: Libc;
  /** Absolute path of the socket; a missing folder is made with mode 0700. */
  readonly path: string;
  /** Who besides the owner may use it; absent: nobody. */
  readonly group?: SocketGroup | undefined;
}

/** Whose members may use a socket. */
export interface SocketGroup {
  /** Absent: the group of the daemon itself. */
  readonly id?: number | undefined;
}

/** Its members may connect; to connect, one has to be able to write. */
const GROUP_MODE = 0o660;

/** Others may pass through the folder by a name that they know, and see nothing in it. */
const PASSAGE = 0o011;

/**
 * Binds the socket and starts to answer.
 *
 * @throws {Error} when another daemon answers there, or the path cannot be used
 */
export async function openControl(
  options: OpenControlOptions,
): Promise<ControlServer> {
  const { libc, path } = options;
  makeFolder(path);
  removeStale(libc, path);
  const descriptor = listenUnix(libc, path);
  if (options.group !== undefined) share(path, options.group);
  const server = await serveControl({ ...options, descriptor });
  // The runtime's server has listened once more, with room for 512 that wait.
  libc.listen(descriptor, BACKLOG);
  return {
    async close() {
      await server.close();
      libc.close(descriptor);
      removeSocket(path);
    },
  };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function makeFolder(path: string): void {
  const folder = folderOf(path);
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(
      `Cannot make the control socket's folder "${folder}": ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}

/** The group first: for a moment nobody may use it, and never the wrong ones. */
function share(path: string, { id }: SocketGroup): void {
  try {
    if (id !== undefined) Deno.chownSync(path, null, id);
    Deno.chmodSync(path, GROUP_MODE);
    const folder = folderOf(path);
    const mode = (Deno.statSync(folder).mode ?? 0) & 0o7777;
    if ((mode & PASSAGE) !== PASSAGE) Deno.chmodSync(folder, mode | PASSAGE);
  } catch (error) {
    removeSocket(path);
    throw new Error(
      `Cannot share the control socket "${path}": ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}

function removeStale(libc: Libc, path: string): void {
  const answer = connectUnix(libc, path);
  if (typeof answer === "number") {
    libc.close(answer);
    throw new Error(
      `Cannot open control socket "${path}": another daemon answers there, expected to be the only one`,
    );
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
