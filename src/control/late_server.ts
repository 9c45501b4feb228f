/**
 * A socket that is bound at once and answers later.
 *
 * Binding tells whether another daemon is at work, before anything is touched. What answers takes 25 ms to load, and nobody is
 * protected by it: who connects before that waits.
 *
 * @module
 */

import type { ClaimedSocket } from "./claim_socket.ts";
import type { ControlServer } from "./server.ts";

/** See the module. */
export interface LateServer {
  /** Starts to answer; resolves once connections are accepted. */
  serve(): Promise<void>;
  /** Ends all connections and removes the socket. */
  close(): Promise<void>;
}

/** @param open makes the server of the socket's descriptor */
export function serveLater(
  socket: ClaimedSocket,
  open: (descriptor: number) => Promise<ControlServer>,
): LateServer {
  let server: ControlServer | undefined;
  return {
    async serve() {
      server = await open(socket.descriptor);
    },
    async close() {
      await server?.close();
      socket.close();
    },
  };
}
