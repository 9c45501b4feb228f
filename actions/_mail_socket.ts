/**
 * The connection to a mail server.
 *
 * nodemailer would ask for addresses itself, which needs more than the permission for the one host; Deno connects by name with
 * just that. What it gives is made to look like a socket of Node's.
 *
 * @module
 */

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { MailServer } from "./_mail_server.ts";

/** Connects, without TLS as yet. */
export async function connectToMailServer(
  { hostname, port }: MailServer,
  signal: AbortSignal,
): Promise<Socket> {
  const connection = await Deno.connect({ hostname, port, signal });
  const { readable, writable } = connection;
  const duplex = Duplex.fromWeb({ readable, writable });
  // The call's deadline does what a socket's own would.
  const socket = Object.assign(duplex, {
    setTimeout: () => duplex,
    setKeepAlive: () => duplex,
  });
  return socket as unknown as Socket;
}
