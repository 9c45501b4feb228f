/**
 * Opens the socket on which fail2ban's own clients are answered.
 *
 * @module
 */

import type { Libc } from "../../util/libc.ts";
import { claimSocket } from "../claim_socket.ts";
import { type LateServer, serveLater } from "../late_server.ts";
import type { Fail2banServerOptions } from "./serve_fail2ban.ts";

/** What openFail2ban needs besides the server's own options. */
export interface OpenFail2banOptions
  extends Omit<Fail2banServerOptions, "descriptor"> {
  readonly libc: Libc;
  /** Absolute path: `/var/run/fail2ban/fail2ban.sock`. */
  readonly path: string;
}

/**
 * Binds the socket; nobody is answered yet.
 *
 * @throws {Error} when a fail2ban answers there, or the path cannot be used
 */
export function openFail2ban(options: OpenFail2banOptions): LateServer {
  const socket = claimSocket({
    ...options,
    what: "fail2ban_socket",
    rival:
      "a fail2ban answers there, expected it to be stopped (systemctl disable --now fail2ban)",
  });
  return serveLater(socket, async (descriptor) => {
    const { serveFail2ban } = await import("./serve_fail2ban.ts");
    return await serveFail2ban({ ...options, descriptor });
  });
}
