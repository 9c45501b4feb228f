/**
 * Bans at Cloudflare's edge: by IP access rules of a zone, an account, or all zones of a user, one request for each host; or,
 * for many hosts, by a list of an account that a rule of the administrator's looks into.
 *
 * @module
 */

import type {
  BanEntry,
  HandlerAction,
  HandlerOutcome,
} from "../src/act/contract.ts";
import type {
  CloudflareContext,
  CloudflareOptions,
} from "./_cloudflare_api.ts";
import { createItemKeeper } from "./_cloudflare_items.ts";
import { createRuleKeeper } from "./_cloudflare_rules.ts";
import { settleHosts, type Settlement } from "./_cloudflare_settle.ts";

const cloudflare: HandlerAction<CloudflareOptions> = {
  id: "cloudflare",
  version: "1.0.0",
  describe: "Blocks or challenges banned hosts at Cloudflare's edge",
  options: {
    token: {
      type: "secret",
      required: true,
      describe: "API token that may edit firewall access rules, or lists",
    },
    zone: { type: "string", describe: "Id of a zone, for its access rules" },
    account: {
      type: "string",
      describe: "Id of an account, for its access rules or a list",
    },
    list: { type: "string", describe: "Id of a list of IPs of the account" },
    mode: {
      type: "choice",
      choices: ["block", "challenge", "managed_challenge", "js_challenge"],
      default: "block",
      describe: "What becomes of requests; with a list its rule says it",
    },
    tag: {
      type: "string",
      default: "fail2deno",
      describe: "First word of each note of ours; one for each machine",
    },
    endpoint: {
      type: "url",
      default: "https://api.cloudflare.com/client/v4",
      describe: "Where the API is",
    },
  },
  permissions: { net: ["{endpoint}"] },
  ban: (batch, context) => settle("ban", batch, context),
  unban: (batch, context) => settle("unban", batch, context),
  sync: (bans, context) => settle("sync", bans, context),
  cleanup: (context) => settle("sync", [], context),
};

export default cloudflare;

async function settle(
  method: Settlement["method"],
  batch: readonly BanEntry[],
  context: CloudflareContext,
): Promise<HandlerOutcome> {
  const { zone, account, list, tag } = context.options;
  const isClear = list === undefined
    ? zone === undefined || account === undefined
    : zone === undefined && account !== undefined;
  if (!isClear) {
    throw new Error(
      "Cannot tell where to ban at Cloudflare: expected zone, or account, or account and list, or none of them",
    );
  }
  const keeper = list === undefined
    ? createRuleKeeper(context)
    : createItemKeeper(context);
  return await settleHosts(keeper, { method, batch, tag });
}
