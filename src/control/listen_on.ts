/**
 * From a descriptor to a server that accepts.
 *
 * @module
 */

import type { Server } from "node:net";

/** Resolves once connections are accepted. @param descriptor a listening one, see listenUnix */
export function listenOn(server: Server, descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ fd: descriptor }, resolve);
  });
}
