/**
 * Hosts in IP access rules of Cloudflare.
 *
 *     { id: "92f1…", mode: "block", notes: "fail2deno sshd", configuration: { target: "ip", value: "45.0.0.7" } }
 *
 * https://developers.cloudflare.com/waf/tools/ip-access-rules/parameters/
 *
 * @module
 */

import type { Json } from "../src/act/contract.ts";
import {
  askCloudflare,
  type CloudflareContext,
  CloudflareError,
  type CloudflareOptions,
  PauseError,
} from "./_cloudflare_api.ts";
import {
  type HeldHost,
  type HostKeeper,
  toShortestForm,
  type WrittenHost,
} from "./_cloudflare_settle.ts";
import { listAt, textAt, valueAt } from "./_far_side.ts";

/** Lengths of networks that a rule can have; the longest are single hosts. */
const PREFIXES = { 4: [16, 24, 32], 6: [32, 48, 64, 128] };

/** A call has a deadline, and a user 1,200 requests in five minutes. */
const MAX_CHANGES = 100;

/** More than any plan has: a far side whose pages never end is left. */
const MAX_PAGES = 1000;

/** `firewallaccessrules.api.duplicate_of_existing`: somebody else's rule does it. */
const DUPLICATE = 10009;

/** @returns a keeper for one call */
export function createRuleKeeper(context: CloudflareContext): HostKeeper {
  return {
    list: () => listRules(context),
    isTaken: ({ family, prefix }) => PREFIXES[family].includes(prefix),
    async apply({ write, remove }, progress) {
      let turns = 0;
      for (const one of remove) {
        await takeTurn(one.host, () => removeRule(one, context));
      }
      for (const one of write) {
        await takeTurn(one.host, () => writeRule(one, context));
      }

      async function takeTurn(host: string, change: () => Promise<void>) {
        if (++turns > MAX_CHANGES) {
          throw new PauseError("more than one call takes", 0);
        }
        try {
          await change();
          progress.settled(host);
        } catch (error) {
          if (!isAboutHost(error)) throw error;
          progress.refused(host, error.message);
        }
      }
    },
  };
}

/** Whether the request itself was wrong: another host may do better. */
function isAboutHost(error: unknown): error is CloudflareError {
  return error instanceof CloudflareError && error.status === 400;
}

async function listRules(
  context: CloudflareContext,
): Promise<readonly HeldHost[]> {
  const { options } = context;
  const rules: HeldHost[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = `notes=${options.tag}&page=${page}&per_page=1000`;
    const answer = await askCloudflare({
      method: "GET",
      path: `${placeOf(options)}?${query}`,
    }, context);
    const found = listAt(answer, "result");
    rules.push(...found.map((rule) => readRule(rule, options.mode)));
    const last = Number(valueAt(answer, "result_info", "total_pages"));
    if (!(page < last)) return rules;
  }
  throw new RangeError(
    `Cannot list the rules at Cloudflare: expected at most ${MAX_PAGES} pages`,
  );
}

function readRule(rule: Json, mode: string): HeldHost {
  return {
    id: textAt(rule, "id"),
    host: toShortestForm(textAt(rule, "configuration", "value")),
    note: textAt(rule, "notes"),
    isStale: textAt(rule, "mode") !== mode,
  };
}

async function writeRule(
  { id, host, note }: WrittenHost,
  context: CloudflareContext,
): Promise<void> {
  const { options } = context;
  const body = { mode: options.mode, notes: note };
  if (id !== undefined) {
    const path = `${placeOf(options)}/${encodeURIComponent(id)}`;
    await askCloudflare({ method: "PATCH", path, body }, context);
    return;
  }
  const single = host.includes(":") ? "ip6" : "ip";
  const target = host.includes("/") ? "ip_range" : single;
  try {
    await askCloudflare({
      method: "POST",
      path: placeOf(options),
      body: { ...body, configuration: { target, value: host } },
    }, context);
  } catch (error) {
    const isThere = error instanceof CloudflareError &&
      error.codes.includes(DUPLICATE);
    if (!isThere) throw error;
  }
}

async function removeRule(
  { id }: HeldHost,
  context: CloudflareContext,
): Promise<void> {
  const path = `${placeOf(context.options)}/${encodeURIComponent(id)}`;
  try {
    await askCloudflare({ method: "DELETE", path }, context);
  } catch (error) {
    const isGone = error instanceof CloudflareError && error.status === 404;
    if (!isGone) throw error;
  }
}

function placeOf({ zone, account }: CloudflareOptions): string {
  const rules = "firewall/access_rules/rules";
  if (zone !== undefined) return `zones/${encodeURIComponent(zone)}/${rules}`;
  return account === undefined
    ? `user/${rules}`
    : `accounts/${encodeURIComponent(account)}/${rules}`;
}
