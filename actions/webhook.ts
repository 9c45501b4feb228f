/**
 * Tells an HTTP server of bans: by JSON of every entry, or by one message a batch for a chat.
 *
 * @module
 */

import type {
  BanEntry,
  HandlerAction,
  HandlerContext,
  HandlerOutcome,
} from "../src/act/contract.ts";
import { nameBatch } from "./_batch_name.ts";
import { askFarSide } from "./_far_side.ts";
import { formatMessage, type MessageOptions } from "./_webhook_message.ts";
import {
  locateServer,
  readHeaders,
  type RequestOptions,
  signText,
} from "./_webhook_request.ts";

/** See `options` below. */
export interface WebhookOptions extends MessageOptions, RequestOptions {
  readonly unbans: boolean;
  readonly signing_key?: string;
}

type Context = HandlerContext<WebhookOptions>;

const webhook: HandlerAction<WebhookOptions> = {
  id: "webhook",
  version: "1.0.0",
  describe: "Tells an HTTP server, Slack, Discord or ntfy of bans",
  options: {
    url: { type: "url", required: true, describe: "Where to" },
    path: {
      type: "secret",
      describe: "Rest of the URL, where that is a secret",
    },
    style: {
      type: "choice",
      choices: ["generic", "slack", "discord", "ntfy", "template"],
      default: "generic",
      describe: "What the server understands",
    },
    template: {
      type: "string",
      describe:
        'With style = "template": JSON with {text}, {event}, {count}, {hosts}, {jails} within its strings',
    },
    unbans: {
      type: "boolean",
      default: true,
      describe: "Whether ends of bans are told, too",
    },
    headers: {
      type: "strings",
      default: [],
      describe: 'Further headers, as "Name: value"',
    },
    secret_headers: {
      type: "secret",
      describe: "Further headers, one a line, that nobody may see",
    },
    signing_key: {
      type: "secret",
      describe: "Key of the signature in X-Fail2deno-Signature",
    },
  },
  permissions: { net: ["{url}"] },
  ban: (batch, context) => tell("ban", batch, context),
  async unban(batch, context) {
    if (context.options.unbans) return await tell("unban", batch, context);
  },
};

export default webhook;

async function tell(
  event: "ban" | "unban",
  batch: readonly BanEntry[],
  context: Context,
): Promise<HandlerOutcome | void> {
  const { options, nowSeconds } = context;
  const message = formatMessage(options, { event, batch, nowSeconds });
  const headers = {
    ...message.headers,
    "Idempotency-Key": await nameBatch(event, batch),
    ...readHeaders(options),
    ...await sign(message.body, context),
  };
  const { status, retryAfterSeconds } = await askFarSide({
    method: "POST",
    url: locateServer(options),
    headers,
    body: message.body,
    ignoresBody: true,
  }, context);
  if (status >= 200 && status < 300) return;
  const why = `${status} from the server`;
  if (status !== 429 && status < 500) {
    return { refused: batch.map(({ id }) => ({ id, why })) };
  }
  const pause = retryAfterSeconds === undefined
    ? {}
    : { afterSeconds: retryAfterSeconds };
  return { retry: batch.map(({ id }) => ({ id, why, ...pause })) };
}

async function sign(
  body: string,
  { options: { signing_key }, nowSeconds }: Context,
): Promise<Record<string, string>> {
  if (signing_key === undefined) return {};
  const stamp = Math.floor(nowSeconds);
  const signature = await signText(`${stamp}.${body}`, signing_key);
  return { "X-Fail2deno-Signature": `t=${stamp},v1=${signature}` };
}
