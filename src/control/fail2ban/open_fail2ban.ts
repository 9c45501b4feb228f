/**
 * Opens the socket on which fail2ban's own clients are answered.
 *
 * @module
 */

import type { Libc } from "../../util/libc.ts";
import { claimSocket } from "../claim_socket.ts";
import type { ControlServer } from "../server.ts";
import { type Fail2banServerOptions, serveFail2ban } from "./serve_fail2ban.ts";

/** What openFail2ban needs besides the server's own options. */
export interface OpenFail2banOptions
  extends Omit<Fail2banServerOptions, "descriptor"> {
  readonly libc: Libc;
  /** Absolute path: `/var/run/fail2ban/fail2ban.sock`. */
  readonly path: string;
}

/**
 * Binds the socket and starts to answer.
 *
 * @throws {Error} when a fail2ban answers there, or the path cannot be used
 */
export async function openFail2ban(
  options: OpenFail2banOptions,
): Promise<ControlServer> {
  const socket = claimSocket({
    ...options,
    what: "fail2ban_socket",
    rival:
      "a fail2ban answers there, expected it to be stopped (systemctl disable --now fail2ban)",
  });
  const { descriptor } = socket;
  const server = await serveFail2ban({ ...options, descriptor });
  return {
    async close() {
      await server.close();
      socket.close();
    },
  };
}
