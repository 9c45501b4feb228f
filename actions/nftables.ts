/**
 * Bans in the kernel's own packet filter.
 *
 * @module
 */

import type {
  FirewallRule,
  FirewallSet,
  NftablesOptions,
  PlanAction,
  PlanContext,
} from "../src/act/contract.ts";

type Context = PlanContext<NftablesOptions>;

/** See FirewallPlan for what it plans. */
const nftables: PlanAction<NftablesOptions> = {
  id: "nftables",
  version: "1.0.0",
  describe: "Drops or rejects packets of banned hosts by nf_tables sets",
  permissions: {},
  plan(context) {
    const sets = planSets(context.jail);
    return {
      kind: "firewall",
      hooks: context.options.hooks,
      sets,
      rules: sets.flatMap((set) => planRules(context, set)),
    };
  },
};

export default nftables;

function planSets(jail: string): readonly FirewallSet[] {
  return [
    { name: `${jail}-v4`, family: 4 },
    { name: `${jail}-v6`, family: 6 },
  ];
}

/** Without ports the jail bans the host altogether, whatever it speaks. */
function planRules(context: Context, set: FirewallSet): FirewallRule[] {
  const { counter, verdict } = context.options;
  const common = { set: set.name, ports: context.ports, counter, verdict };
  if (context.ports.length === 0) return [common];
  return context.protocols.map((protocol) => ({ ...common, protocol }));
}
