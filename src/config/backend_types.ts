/**
 * What carries bans out, as a jail's configuration says it.
 *
 * @module
 */

import type { IptablesVariant } from "./firewall_tools.ts";

/** What carries a ban out. */
export type Backend =
  | {
    readonly kind: "nftables";
    readonly verdict: "drop" | "reject";
    readonly counter: boolean;
    readonly hooks: readonly ("input" | "forward")[];
  }
  | ({ readonly kind: "iptables" } & ChainBackend)
  | ({
    readonly kind: "ipset";
    /** Hosts that a set of one family takes at most. */
    readonly maxElements: number;
  } & ChainBackend)
  | {
    readonly kind: "script";
    readonly banCommand: string;
    readonly unbanCommand: string;
  }
  | PluginBackend;

/** A plan action of the administrator's own. */
export interface PluginBackend {
  readonly kind: "plugin";
  /** Path of its file; its name, where actions are passed over. */
  readonly plugin: string;
  /** Absent where actions are passed over. */
  readonly planned?: PlannedBackend;
}

/** What a plugin has planned for one jail. */
export interface PlannedBackend {
  /** Whose driver carries it out. */
  readonly kind: "nftables" | "iptables" | "ipset";
  /** Of iptables and ipset. */
  readonly variant?: IptablesVariant;
  /** In the grammar of plans; whoever carries it out looks at it again. */
  readonly plan: unknown;
}

/** What the backends that go by iptables have in common. */
export interface ChainBackend {
  readonly verdict: "drop" | "reject";
  /** Answer to rejected IPv4 packets. */
  readonly rejectWith: RejectType;
  /** Answer to rejected IPv6 packets. */
  readonly rejectWithV6: RejectTypeV6;
  /** Chains that lead to the jail's: `INPUT`, `DOCKER-USER`. */
  readonly chains: readonly string[];
  readonly variant: IptablesVariant;
}

/** Answers that iptables gives to rejected IPv4 packets. */
export const REJECT_TYPES = [
  "icmp-port-unreachable",
  "icmp-net-unreachable",
  "icmp-host-unreachable",
  "icmp-proto-unreachable",
  "icmp-net-prohibited",
  "icmp-host-prohibited",
  "icmp-admin-prohibited",
  "tcp-reset",
] as const;

/** Answers that ip6tables gives to rejected IPv6 packets. */
export const REJECT_TYPES_V6 = [
  "icmp6-port-unreachable",
  "icmp6-no-route",
  "icmp6-addr-unreachable",
  "icmp6-adm-prohibited",
  "tcp-reset",
] as const;

/** One of REJECT_TYPES. */
export type RejectType = typeof REJECT_TYPES[number];

/** One of REJECT_TYPES_V6. */
export type RejectTypeV6 = typeof REJECT_TYPES_V6[number];
