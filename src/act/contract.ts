/**
 * What an action module is: a pure function from a jail to a plan. It holds no permission and touches nothing; the core
 * validates the plan and carries it out.
 *
 *     actions/nftables.ts                 src/act/
 *     plan({ jail, ports, … })  ──► Plan ──► validatePlan() ──► driver ──► kernel
 *
 * @module
 */

import type { Backend, PortRange, Protocol } from "../config/types.ts";

/** An action module that plans; its file exports it as default. */
export interface PlanAction<Options> {
  /** Lower-case word, the same as the file's name. */
  readonly id: string;
  /** `major.minor.patch`. */
  readonly version: string;
  /** One sentence for a person who chooses an action. */
  readonly description: string;
  /** What the core needs in order to carry the plans out. */
  readonly permissions: readonly ActionPermission[];
  /** Gives the same plan for the same context. */
  plan(context: PlanContext<Options>): Plan;
}

/** A kind of access that the core uses on the action's behalf; the module itself never holds any. */
export type ActionPermission = "netlink" | "shell";

/**
 * The jail that is planned for.
 *
 *     { jail: "sshd", ports: [{ from: 22, to: 22 }], protocols: ["tcp"],
 *       options: { verdict: "drop", counter: false, hooks: ["input"] } }
 */
export interface PlanContext<Options> {
  /** The jail's name. */
  readonly jail: string;
  /** Empty: all ports. */
  readonly ports: readonly PortRange[];
  /** Those that `ports` are of. */
  readonly protocols: readonly Protocol[];
  /** The action's own options, validated with the configuration. */
  readonly options: Options;
}

/** Options of `backend = "nftables"`. */
export type NftablesOptions = Extract<Backend, { kind: "nftables" }>;

/** Options of `[jail.NAME.backend.script]`. */
export type ScriptOptions = Extract<Backend, { kind: "script" }>;

/** What is to be done for a jail. */
export type Plan = FirewallPlan | CommandPlan;

/**
 * Sets of banned hosts and the rules that look into them. The table, the chains, the set's type and its time-outs are the
 * core's; a plan cannot name anything that is not its jail's.
 *
 *     { kind: "firewall", hooks: ["input"],
 *       sets: [{ name: "sshd-v4", family: 4 }, { name: "sshd-v6", family: 6 }],
 *       rules: [{ set: "sshd-v4", protocol: "tcp", ports: [{ from: 22, to: 22 }], counter: false, verdict: "drop" },
 *               { set: "sshd-v6", protocol: "tcp", ports: [{ from: 22, to: 22 }], counter: false, verdict: "drop" }] }
 */
export interface FirewallPlan {
  /** Tells plans apart. */
  readonly kind: "firewall";
  /** Where packets are seen: for this machine, or passing through it. */
  readonly hooks: readonly FirewallHook[];
  /** At most one of each family. */
  readonly sets: readonly FirewallSet[];
  /** In order; the first that matches decides. */
  readonly rules: readonly FirewallRule[];
}

/** See FirewallPlan. */
export type FirewallHook = "input" | "forward";

/** A set of single hosts; the core adds sets of networks beside it when it needs them. */
export interface FirewallSet {
  /** `JAIL-v4` or `JAIL-v6`. */
  readonly name: string;
  /** Of the addresses in it. */
  readonly family: 4 | 6;
}

/** Packets from a host in the set, of the protocol, to one of the ports, get the verdict. */
export interface FirewallRule {
  /** Name of one of the plan's sets. */
  readonly set: string;
  /** Absent: any. */
  readonly protocol?: Protocol | undefined;
  /** Empty: all; otherwise a protocol must be named. */
  readonly ports: readonly PortRange[];
  /** Whether packets are counted. */
  readonly counter: boolean;
  /** `reject` answers with ICMP port unreachable. */
  readonly verdict: "drop" | "reject";
}

/**
 * Commands for a shell. `<IP>` and `<JAIL>` stand for the host and the jail; nothing else is replaced.
 *
 *     { kind: "command", ban: "/usr/local/bin/block <IP>", unban: "/usr/local/bin/unblock <IP>" }
 */
export interface CommandPlan {
  /** Tells plans apart. */
  readonly kind: "command";
  /** Not empty. */
  readonly ban: string;
  /** Empty: nothing is run. */
  readonly unban: string;
}
