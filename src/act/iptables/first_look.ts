/**
 * What an earlier life left in the kernel, asked for before anything else is done: it tells whether iptables and ipset can
 * be used at all.
 *
 * @module
 */

import { IPSET, type IptablesTools } from "../../config/firewall_tools.ts";
import { parseNetwork } from "../../util/address.ts";
import { escapeText } from "../../util/escape.ts";
import { readProgramSync } from "../../util/read_program.ts";
import { parseSavedHosts } from "../ipset/saved_sets.ts";
import { ActionError, type FoundBan } from "../types.ts";
import { type AddressFamily, type ChainJail } from "./chain_jail.ts";
import { parseHostRule, parseUntil } from "./rule_text.ts";
import { parseSavedRules } from "./saved_rules.ts";

const NOT_ALLOWED = /permission denied|not permitted|must be root/i;

/** @returns bans that stand in rules of a family and are not over @throws {ActionError} when iptables does not tell */
export function findRuleBans(
  jails: readonly ChainJail[],
  { family, tools, nowSeconds }: {
    readonly family: AddressFamily;
    readonly tools: IptablesTools;
    readonly nowSeconds: number;
  },
): FoundBan[] {
  const { own } = parseSavedRules(read(tools.save, [], "iptables"));
  return jails.flatMap(({ name, plan }) => {
    if (plan.kind === "set") return [];
    return (own.get(plan.chain) ?? []).flatMap((rule) => {
      const found = parseHostRule(plan, family, rule);
      const network = found && parseNetwork(found.host);
      if (found === undefined || network === undefined) return [];
      const remainingSeconds = parseUntil(found.until) - nowSeconds;
      return remainingSeconds > 0
        ? [{ jail: name, ...network, remainingSeconds }]
        : [];
    });
  });
}

/** @returns bans that stand in sets @throws {ActionError} when ipset does not tell */
export function findSetBans(jails: readonly ChainJail[]): FoundBan[] {
  const owners = new Map<string, string>();
  for (const { name, plan } of jails) {
    if (plan.kind !== "set") continue;
    for (const set of plan.sets) owners.set(set.name, name);
  }
  if (owners.size === 0) return [];
  return parseSavedHosts(read(IPSET, ["save"], "ipset")).flatMap(
    ({ set, ...found }) => {
      const jail = owners.get(set);
      return jail === undefined ? [] : [{ jail, ...found }];
    },
  );
}

function read(
  program: string,
  args: readonly string[],
  name: "iptables" | "ipset",
): string {
  const cannot = (
    words: string,
    reason: ActionError["reason"],
    cause?: unknown,
  ) => {
    const advice = reason === "permission"
      ? "; run as root, or give the service AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW"
      : "";
    return new ActionError(`Cannot use ${name}: ${words}${advice}`, {
      action: name,
      phase: "open",
      reason,
      cause,
    });
  };
  let print;
  try {
    print = readProgramSync(program, args);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw cannot(`there is no ${program}`, "unavailable", error);
    }
    const words = error instanceof Error ? error.message : String(error);
    throw cannot(words, "permission", error);
  }
  if (print.isOk) return print.prints;
  const reason = NOT_ALLOWED.test(print.errors) ? "permission" : "unavailable";
  throw cannot(escapeText(print.errors), reason);
}
