/**
 * What an action module is. There are two kinds, and neither touches anything itself.
 *
 *     a plan action      plan(context)  ──► Plan ──► validatePlan() ──► driver ──► kernel
 *     a handler action   ban(batch), unban(batch), sync(batch)   in a sandbox that reaches the declared hosts, nothing else
 *
 * A module is one file that exports its action as default. It needs no import; these types are for those who want them.
 *
 *     export default {
 *       id: "hello", version: "1.0.0", describe: "Tells a host of each ban",
 *       options: { url: { type: "url", describe: "Where to", required: true } },
 *       permissions: { net: ["{url}"] },
 *       async ban(batch, { options }) {
 *         await fetch(options.url, { method: "POST", body: JSON.stringify(batch) });
 *       },
 *     };
 *
 * @module
 */

import type { IptablesVariant } from "../config/firewall_tools.ts";
import type { OptionRule } from "../config/action_manifest.ts";
import type {
  Backend,
  RejectType,
  RejectTypeV6,
} from "../config/backend_types.ts";
import type { OptionValue, PortRange, Protocol } from "../config/types.ts";

/** What every action says of itself. */
export interface ActionHead {
  /** Lower-case word, the same as the file's name: `[a-z][a-z0-9_]{0,31}`. */
  readonly id: string;
  /** `major.minor.patch`. */
  readonly version: string;
  /** One sentence for a person who chooses an action. */
  readonly describe: string;
  /** What may stand in its table of the configuration; absent: nothing. */
  readonly options?: OptionsSchema;
  /** All that it may do. */
  readonly permissions: ActionPermissions;
}

/** An action that says what is to be done, and has it done by the core. */
export interface PlanAction<Options> extends ActionHead {
  /** Gives the same plan for the same context. */
  plan(context: PlanContext<Options>): Plan;
}

/**
 * An action that does its work over the network.
 *
 * Each call has a deadline. A call that throws, or takes too long, is made again later with the same entries: at least once
 * is what is promised, so an action must bear to be told twice. It must not retry by itself.
 */
export interface HandlerAction<Options> extends ActionHead {
  /** Tells of new bans, or of running ones whose end has moved. */
  ban(
    batch: readonly BanEntry[],
    context: HandlerContext<Options>,
  ): Promise<HandlerOutcome | void>;
  /** Tells of bans that are over; some of them may never have been told of. Absent: nobody asks. */
  unban?(
    batch: readonly BanEntry[],
    context: HandlerContext<Options>,
  ): Promise<HandlerOutcome | void>;
  /** Gets all running bans; what is ours on the far side should become just these. Absent: nobody asks. */
  sync?(
    bans: readonly BanEntry[],
    context: HandlerContext<Options>,
  ): Promise<HandlerOutcome | void>;
  /** Called when the action leaves the configuration: nothing of ours should remain. */
  cleanup?(context: HandlerContext<Options>): Promise<HandlerOutcome | void>;
  /** Brings hosts for jails with `source = "feed"`; called at a start, and whenever it asked for. Absent: it has none. */
  feed?(context: HandlerContext<Options>): Promise<FeedOutcome>;
}

/** What a handler may reach; a plan action reaches nothing, and says `{}`. */
export interface ActionPermissions {
  /** `host`, `host:port`, `[v6]:port`; `{name}` stands for the host and port in the URL or host of an option of that name. */
  readonly net?: readonly string[];
}

/**
 * Options by their names.
 *
 *     { url: { type: "url", describe: "Where to", required: true },
 *       key: { type: "secret", describe: "Key of the account", required: true },
 *       style: { type: "choice", choices: ["slack", "plain"], default: "plain", describe: "How it is written" } }
 */
export type OptionsSchema = Readonly<Record<string, OptionSchema>>;

/** See OptionsSchema. */
export interface OptionSchema extends OptionRule {
  /** One sentence. */
  readonly describe: string;
}

/** What JSON can hold. */
export type Json = OptionValue;

/**
 * A ban as a handler sees it.
 *
 *     { id: 4711, jail: "sshd", host: "203.0.113.7", family: 4, prefix: 32,
 *       bannedAt: 1781000000.25, endsAt: 1781003600.25, failures: 5, banCount: 1 }
 */
export interface BanEntry {
  /** The same whenever the same message is delivered again; greater for later messages. */
  readonly id: number;
  /** `[A-Za-z0-9][A-Za-z0-9_.-]{0,63}`. */
  readonly jail: string;
  /** An address, or a network as `2001:db8::/64`; in its shortest form. */
  readonly host: string;
  readonly family: 4 | 6;
  /** 32 or 128 for a single host. */
  readonly prefix: number;
  /** Seconds since 1970. */
  readonly bannedAt: number;
  /** Seconds since 1970; `null` is for ever. */
  readonly endsAt: number | null;
  /** That led to the ban; 0 for one by hand. */
  readonly failures: number;
  /** Which ban of this host in this jail it is, from 1. */
  readonly banCount: number;
}

/** What comes with every call. */
export interface HandlerContext<Options> {
  /** Validated, with defaults filled in and secrets read. */
  readonly options: Options;
  /** What the last call had remembered; `null` at first. Kept over restarts. */
  readonly memory: Json;
  /** Seconds since 1970; ask no other clock. */
  readonly nowSeconds: number;
  /** Gives up when the deadline is over. */
  readonly signal: AbortSignal;
}

/**
 * What became of a call. Nothing returned: all is done, and the memory stays.
 *
 *     { retry: [{ id: 4712, afterSeconds: 60, why: "429 Too Many Requests" }],
 *       refused: [{ id: 4713, why: "422 private address" }],
 *       memory: { quota: 999 } }
 */
export interface HandlerOutcome {
  /** Entries to be told of again, not sooner than said. */
  readonly retry?: readonly RetriedEntry[];
  /** Entries that will never be taken; said once in the log. */
  readonly refused?: readonly RefusedEntry[];
  /** At most 256 KiB as JSON; absent: as it was. */
  readonly memory?: Json;
}

/**
 * What a feed brings.
 *
 *     { hosts: ["45.0.0.7", "2a00:1450::7"], seconds: 172800, againSeconds: 86400, memory: { nextAt: 1781086400 } }
 *     { why: "503", againSeconds: 3600 }
 *
 * The core bans of these hosts whoever may be banned: public addresses that the jail does not ignore. It starts no feed
 * sooner for a restart than a memory has it, since `feed` is called at each start and may answer with `againSeconds` alone.
 */
export interface FeedOutcome {
  /** Single addresses, at most 10,000; absent: what was brought before stays. */
  readonly hosts?: readonly string[];
  /** How long they are to be banned from now on, at most 31 days; hosts that are brought again get this time anew. */
  readonly seconds?: number;
  /** When it wants to be called again, 60 to 31 days; absent: in a day. */
  readonly againSeconds?: number;
  /** What went wrong; at most 200 characters count. */
  readonly why?: string;
  /** As in HandlerOutcome. */
  readonly memory?: Json;
}

/** See HandlerOutcome. */
export interface RetriedEntry {
  readonly id: number;
  /** 0 to 86,400; absent: the core decides. */
  readonly afterSeconds?: number;
  /** At most 200 characters count. */
  readonly why: string;
}

/** See HandlerOutcome. */
export interface RefusedEntry {
  readonly id: number;
  /** At most 200 characters count. */
  readonly why: string;
}

/**
 * The jail that is planned for.
 *
 *     { jail: "sshd", chain: "f2d-sshd", ports: [{ from: 22, to: 22 }], protocols: ["tcp"],
 *       options: { verdict: "drop", counter: false, hooks: ["input"] } }
 */
export interface PlanContext<Options> {
  /** The jail's name. */
  readonly jail: string;
  /** What a chain of the jail's is called where names are short: `f2d-sshd`, 28 characters at most. */
  readonly chain: string;
  /** Empty: all ports. */
  readonly ports: readonly PortRange[];
  /** Those that `ports` are of. */
  readonly protocols: readonly Protocol[];
  /** The action's own options, validated with the configuration. */
  readonly options: Options;
}

/** Options of `backend = "nftables"`. */
export type NftablesOptions = Extract<Backend, { kind: "nftables" }>;

/** Options of `backend = "iptables"`. */
export type IptablesOptions = Extract<Backend, { kind: "iptables" }>;

/** Options of `backend = "ipset"`. */
export type IpsetOptions = Extract<Backend, { kind: "ipset" }>;

/** Options of `[jail.NAME.backend.script]`. */
export type ScriptOptions = Extract<Backend, { kind: "script" }>;

/** What is to be done for a jail. */
export type Plan = FirewallPlan | ChainPlan | SetPlan | CommandPlan;

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
 * A chain of iptables with a rule for each banned host, and where packets come into it from. How many rules the ports take,
 * and what stands in a host's rule besides, is the core's.
 *
 *     { kind: "chain", chain: "f2d-sshd", parents: ["INPUT"], variant: "auto",
 *       matches: [{ protocol: "tcp", ports: [{ from: 22, to: 22 }] }],
 *       verdict: "DROP", verdictV6: "DROP" }
 */
export interface ChainPlan extends ChainLayout {
  /** Tells plans apart. */
  readonly kind: "chain";
}

/**
 * As ChainPlan, but that the chain holds one rule, which looks into a set of ipset's.
 *
 *     { kind: "set", chain: "f2d-sshd", …,
 *       sets: [{ name: "f2d-sshd-v4", family: 4 }, { name: "f2d-sshd-v6", family: 6 }], maxElements: 65536 }
 */
export interface SetPlan extends ChainLayout {
  /** Tells plans apart. */
  readonly kind: "set";
  /** One of each family, called as the chain is, with `-v4` or `-v6` behind. */
  readonly sets: readonly FirewallSet[];
  /** Hosts in each at most. */
  readonly maxElements: number;
}

/** See ChainPlan. */
export interface ChainLayout {
  /** The jail's own chain, as the context has it. */
  readonly chain: string;
  /** Chains whose packets are sent through it; they are there already. */
  readonly parents: readonly string[];
  /** Packets that are sent through it. */
  readonly matches: readonly ChainMatch[];
  /** For packets of banned IPv4 hosts. */
  readonly verdict: "DROP" | RejectType;
  /** For packets of banned IPv6 hosts. */
  readonly verdictV6: "DROP" | RejectTypeV6;
  /** Which iptables. */
  readonly variant: IptablesVariant;
}

/** Packets of the protocol to one of the ports. */
export interface ChainMatch {
  /** Absent: any. */
  readonly protocol?: Protocol | undefined;
  /** Empty: all; otherwise a protocol must be named. */
  readonly ports: readonly PortRange[];
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
