/**
 * Bans by rules of iptables and ip6tables.
 *
 * @module
 */

import type {
  ChainMatch,
  IptablesOptions,
  PlanAction,
  PlanContext,
} from "../src/act/contract.ts";

/** See ChainPlan for what it plans. */
const iptables: PlanAction<IptablesOptions> = {
  id: "iptables",
  version: "1.0.0",
  describe: "Drops or rejects packets of banned hosts by rules of iptables",
  permissions: {},
  plan(context) {
    const { verdict, rejectWith, rejectWithV6, chains, variant } =
      context.options;
    return {
      kind: "chain",
      chain: context.chain,
      parents: chains,
      matches: planMatches(context),
      verdict: verdict === "drop" ? "DROP" : rejectWith,
      verdictV6: verdict === "drop" ? "DROP" : rejectWithV6,
      variant,
    };
  },
};

export default iptables;

/** Without ports the jail bans the host altogether, whatever it speaks. */
function planMatches(
  { ports, protocols }: PlanContext<IptablesOptions>,
): readonly ChainMatch[] {
  if (ports.length === 0) return [{ ports }];
  return protocols.map((protocol) => ({ protocol, ports }));
}
