/**
 * Opens the control socket.
 *
 * @module
 */

import type { Libc } from "../util/libc.ts";
import { type ClaimedSocket, claimSocket } from "./claim_socket.ts";
import { type LateServer, serveLater } from "./late_server.ts";
import type { ControlServerOptions } from "./server.ts";
import { BACKLOG } from "./unix_socket.ts";

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
 * Binds the socket; nobody is answered yet.
 *
 * @throws {Error} when another daemon answers there, or the path cannot be used
 */
export function openControl(options: OpenControlOptions): LateServer {
  const { libc, path } = options;
  const socket = claimSocket({
    ...options,
    what: "control socket",
    rival: "another daemon answers there, expected to be the only one",
  });
  if (options.group !== undefined) share(path, options.group, socket);
  return serveLater(socket, async (descriptor) => {
    const { serveControl } = await import("./server.ts");
    const server = await serveControl({ ...options, descriptor });
    // The runtime's server has listened once more, with room for 512 that wait.
    libc.listen(descriptor, BACKLOG);
    return server;
  });
}

/** The group first: for a moment nobody may use it, and never the wrong ones. */
function share(path: string, { id }: SocketGroup, socket: ClaimedSocket): void {
  try {
    if (id !== undefined) Deno.chownSync(path, null, id);
    Deno.chmodSync(path, GROUP_MODE);
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    const mode = (Deno.statSync(folder).mode ?? 0) & 0o7777;
    if ((mode & PASSAGE) !== PASSAGE) Deno.chmodSync(folder, mode | PASSAGE);
  } catch (error) {
    socket.close();
    throw new Error(
      `Cannot share the control socket "${path}": ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}
