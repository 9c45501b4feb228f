/**
 * The handler actions that come with the program.
 *
 * @module
 */

import abuseipdb from "../../../actions/abuseipdb.ts";
import cloudflare from "../../../actions/cloudflare.ts";
import mail from "../../../actions/mail.ts";
import webhook from "../../../actions/webhook.ts";
import type { HandlerAction } from "../contract.ts";

/** By their ids. Options are validated by each action's own schema before it is called. */
export const BUILT_IN_ACTIONS: Readonly<
  Record<string, HandlerAction<unknown>>
> = { abuseipdb, cloudflare, mail, webhook };
