/**
 * Opens the control socket in a folder of its own, over whatever a dead daemon left.
 *
 * @module
 */

import type { Libc } from "../util/libc.ts";
import { type ControlServer, serveControl } from "./server.ts";
import type { ControlServerOptions } from "./server.ts";
import { connectUnix, listenUnix } from "./unix_socket.ts";

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
  const { libc, path } = options;
  makeFolder(path);
  removeStale(libc, path);
  const descriptor = listenUnix(libc, path);
  const server = await serveControl({ ...options, descriptor });
  return {
    async close() {
      await server.close();
      libc.close(descriptor);
      removeSocket(path);
    },
  };
}

function makeFolder(path: string): void {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
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
