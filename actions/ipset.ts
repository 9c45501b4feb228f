/**
 * Bans by sets of ipset and a rule of iptables that looks into them.
 *
 * @module
 */

import type { IpsetOptions, PlanAction } from "../src/act/contract.ts";

/** See SetPlan for what it plans. */
const ipset: PlanAction<IpsetOptions> = {
  id: "ipset",
  version: "1.0.0",
  describe: "Drops or rejects packets of banned hosts by sets of ipset",
  permissions: {},
  plan({ chain, ports, protocols, options }) {
    const isDrop = options.verdict === "drop";
    return {
      kind: "set",
      chain,
      parents: options.chains,
      matches: ports.length === 0
        ? [{ ports }]
        : protocols.map((protocol) => ({ protocol, ports })),
      verdict: isDrop ? "DROP" : options.rejectWith,
      verdictV6: isDrop ? "DROP" : options.rejectWithV6,
      variant: options.variant,
      sets: [
        { name: `${chain}-v4`, family: 4 },
        { name: `${chain}-v6`, family: 6 },
      ],
      maxElements: options.maxElements,
    };
  },
};

export default ipset;
