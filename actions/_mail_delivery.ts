/**
 * Hands one mail to the server.
 *
 * @module
 */

import { createTransport } from "nodemailer";
import type { Digest } from "./_mail_digest.ts";
import type { MailServer } from "./_mail_server.ts";
import { connectToMailServer } from "./_mail_socket.ts";

/** To whom, and for how long. */
export interface DeliveryOptions {
  readonly server: MailServer;
  readonly signal: AbortSignal;
}

/** What nodemailer says of an error, as far as it matters here. */
type SmtpError = Error & {
  readonly code?: unknown;
  readonly responseCode?: unknown;
};

/**
 * Sends the mail, and leaves.
 *
 * @returns why the server will never take it; `undefined`: it took it
 * @throws {Error} when there is no speaking to the server, or it has no time
 */
export async function sendMail(
  digest: Digest,
  { server, signal }: DeliveryOptions,
): Promise<string | undefined> {
  const socket = await connectToMailServer(server, signal);
  const { hostname, port, tls, ca, user, password = "" } = server;
  const transport = createTransport({
    host: hostname,
    port,
    // The machine's own name is none of a sandbox's business.
    name: digest.from.replace(/^.*@/, ""),
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    connection: socket,
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(user === undefined ? {} : { auth: { user, pass: password.trim() } }),
    forceAuth: user !== undefined,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ ...digest, signal });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.message;
  } finally {
    transport.close();
    socket.destroy();
  }
}

/** Whether it is the mail that the server does not like; a wrong login can be mended. */
function isRefusal(error: unknown): error is SmtpError {
  if (!(error instanceof Error)) return false;
  const { code, responseCode }: SmtpError = error;
  return (code === "EENVELOPE" || code === "EMESSAGE") &&
    typeof responseCode === "number" && responseCode >= 500;
}
