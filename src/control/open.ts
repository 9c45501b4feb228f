/**
 * Opens the control socket.
 *
 * @module
 */

import type { Libc } from "../util/libc.ts";
import { claimSocket } from "./claim_socket.ts";
import { type ControlServer, serveControl } from "./server.ts";
import type { ControlServerOptions } from "./server.ts";

/** What openControl needs besides the server's own options. */
export interface OpenControlOptions
  extends Omit<ControlServerOptions, "descriptor"> {
  readonly libc: Libc;
  /** Absolute path of the socket; a missing folder is made with mode 0700. */
  readonly path: string;
}

/**
 * Binds the socket and starts to answer.
 *
 * @throws {Error} when another daemon answers there, or the path cannot be used
 */
export async function openControl(
  options: OpenControlOptions,
): Promise<ControlServer> {
  const socket = claimSocket({
    ...options,
    what: "control socket",
    rival: "another daemon answers there, expected to be the only one",
  });
  const server = await serveControl({
    ...options,
    descriptor: socket.descriptor,
  });
  return {
    async close() {
      await server.close();
      socket.close();
    },
  };
}
