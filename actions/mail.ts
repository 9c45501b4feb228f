/**
 * Sends a digest of bans by mail, over TLS.
 *
 * @module
 */

import type {
  BanEntry,
  HandlerAction,
  HandlerContext,
  HandlerOutcome,
  Json,
} from "../src/act/contract.ts";
import { valueAt } from "./_far_side.ts";
import { type DigestOptions, formatDigest } from "./_mail_digest.ts";
import { readMailServer, type ServerOptions } from "./_mail_server.ts";

/** See `options` below. */
export interface MailOptions extends DigestOptions, ServerOptions {
  readonly digest_every: number;
  readonly unbans: boolean;
}

type Context = HandlerContext<MailOptions>;

const mail: HandlerAction<MailOptions> = {
  id: "mail",
  version: "1.0.0",
  describe: "Sends a digest of bans by mail",
  options: {
    host: {
      type: "host",
      required: true,
      describe: "Server, with a port where it is not 587, 465 or 25",
    },
    tls: {
      type: "choice",
      choices: ["starttls", "implicit", "none"],
      default: "starttls",
      describe: "How it is encrypted; none is for this machine alone",
    },
    ca: {
      type: "secret",
      describe: "Certificate (PEM) that the server's is signed by",
    },
    user: { type: "string", describe: "Name for the login" },
    password: { type: "secret", describe: "Password for the login" },
    from: { type: "string", required: true, describe: "Address of the sender" },
    to: { type: "strings", required: true, describe: "Addresses of readers" },
    subject: {
      type: "string",
      default: "[fail2deno] {count} {event}(s): {jails}",
      describe: "First line; {count}, {event} and {jails} are filled in",
    },
    digest_every: {
      type: "duration",
      min: 0,
      max: 86_400,
      default: 600,
      describe: "Between two digests; what comes meanwhile is in the next",
    },
    unbans: {
      type: "boolean",
      default: false,
      describe: "Whether ends of bans are told, too",
    },
  },
  permissions: { net: ["{host}"] },
  ban: (batch, context) => digest("ban", batch, context),
  async unban(batch, context) {
    if (context.options.unbans) return await digest("unban", batch, context);
  },
};

export default mail;

async function digest(
  event: "ban" | "unban",
  batch: readonly BanEntry[],
  context: Context,
): Promise<HandlerOutcome> {
  const { options, memory, nowSeconds } = context;
  const wait = Math.ceil(
    Number(valueAt(memory, event)) + options.digest_every - nowSeconds,
  );
  if (wait > 0) {
    const why = "waits for the next digest";
    return { retry: batch.map(({ id }) => ({ id, afterSeconds: wait, why })) };
  }
  // Loaded where a mail is sent: for the core, which only asks what the action is, it would be 9 MB of memory for nothing.
  const { sendMail } = await import("./_mail_delivery.ts");
  const why = await sendMail(await formatDigest(options, { event, batch }), {
    server: readMailServer(options),
    signal: context.signal,
  });
  if (why !== undefined) {
    return { refused: batch.map(({ id }) => ({ id, why })) };
  }
  return { memory: remember(memory, event, nowSeconds) };
}

function remember(memory: Json, event: string, nowSeconds: number): Json {
  const ban = valueAt(memory, "ban");
  const unban = valueAt(memory, "unban");
  return { ban, unban, [event]: nowSeconds };
}
