/**
 * What has to be changed in the rules, so that they are as the jails want them.
 *
 * @module
 */

import type { AddressFamily, ChainJail } from "./chain_jail.ts";
import {
  formatUntil,
  parseHostRule,
  writeHostRule,
  writeJumps,
  writeSetRule,
} from "./rule_text.ts";
import type { SavedRules } from "./saved_rules.ts";

/**
 * To find a rule that is to go, both iptables look through the chain; from so many on it is faster written anew. At 10,000
 * rules of iptables-nft a removal costs 4.5 ms and the whole chain 93 ms (docs/decisions/0017_coprocesses.md).
 */
const MAX_REMOVALS = 20;

/** Hosts of a chain in the kernel, each with its rule. */
export type KernelHosts = ReadonlyMap<string, string>;

/** One line for `iptables-restore`. */
export interface Change {
  readonly text: string;
  /** Absent where it is about what no jail has any more. */
  readonly jail?: ChainJail;
  /** Absent where it is about the jail as a whole. */
  readonly host?: string;
}

/** What is to be changed, and what is in the kernel afterwards. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  /** By chain. */
  readonly after: ReadonlyMap<string, KernelHosts>;
}

/** How far to go. */
export interface ChangeOptions {
  readonly family: AddressFamily;
  /** Chains that belong to jails, those among them that are not to be looked at now; all others of ours go. */
  readonly owned: ReadonlySet<string>;
  /** How chains were left the last time: one that is still so is as it should be, and need not be read rule by rule. */
  readonly left: ReadonlyMap<string, KernelHosts>;
  /** Told of jails whose packets come from a chain that is not there. */
  readonly onNoParent: (jail: ChainJail, parent: string) => void;
}

/**
 * Compares all rules with what they should be. Hosts that are touched are left to `changeHosts`.
 *
 * Jumps that are missing go to the top, so that a ban wins over what the administrator accepts.
 */
export function changeAll(
  saved: SavedRules,
  jails: readonly ChainJail[],
  options: ChangeOptions,
): ChangeSet {
  const changes: Change[] = [];
  const after = new Map<string, KernelHosts>();
  for (const jail of jails) {
    const { chain } = jail.plan;
    const rules = saved.own.get(chain);
    const hosts = changeChain(jail, { rules, changes, ...options });
    after.set(chain, hosts);
  }
  for (const jail of jails) changeJumps(jail, { saved, changes, ...options });
  changes.push(...removeChains(saved, options.owned));
  return { changes, after };
}

function removeChains(
  saved: SavedRules,
  owned: ReadonlySet<string>,
): Change[] {
  const names = [...saved.own.keys()].filter((chain) => !owned.has(chain));
  const isGone = new Set(names);
  return [
    ...saved.jumps.filter(({ chain }) => isGone.has(chain))
      .map(({ parent, rule }) => ({ text: `-D ${parent} ${rule}` })),
    ...names.map((chain) => ({ text: `-F ${chain}` })),
    ...names.map((chain) => ({ text: `-X ${chain}` })),
  ];
}

/** Carries over what became of the touched hosts of a jail with a rule for each. */
export function changeHosts(
  jail: ChainJail,
  { family, present, touched }: {
    readonly family: AddressFamily;
    /** In the kernel now. */
    readonly present: KernelHosts;
    readonly touched: Iterable<string>;
  },
): { readonly changes: readonly Change[]; readonly hosts: KernelHosts } {
  const { plan } = jail;
  const hosts = new Map(present);
  const removals: Change[] = [];
  const additions: Change[] = [];
  for (const host of touched) {
    const is = present.get(host);
    const end = jail.hosts[family].get(host);
    const wanted = end === undefined
      ? undefined
      : writeHostRule(plan, family, { host, until: formatUntil(end) });
    if (is === wanted) continue;
    if (is !== undefined) {
      removals.push({ text: `-D ${plan.chain} ${is}`, jail, host });
      hosts.delete(host);
    }
    if (wanted !== undefined) {
      additions.push({ text: `-A ${plan.chain} ${wanted}`, jail, host });
      hosts.set(host, wanted);
    }
  }
  return removals.length > MAX_REMOVALS
    ? { changes: rewrite(jail, hosts), hosts }
    : { changes: [...removals, ...additions], hosts };
}

/** To declare a chain that is there empties it. */
function rewrite(jail: ChainJail, hosts: KernelHosts): Change[] {
  const { chain } = jail.plan;
  return [
    { text: `:${chain} - [0:0]`, jail },
    ...[...hosts].map(([host, rule]) => ({
      text: `-A ${chain} ${rule}`,
      jail,
      host,
    })),
  ];
}

interface ChainState extends ChangeOptions {
  /** In the jail's chain; `undefined` where there is none. */
  readonly rules: readonly string[] | undefined;
  readonly changes: Change[];
}

/** @returns hosts in the kernel afterwards */
function changeChain(jail: ChainJail, state: ChainState): KernelHosts {
  const { family, rules, changes } = state;
  const { plan } = jail;
  if (plan.kind === "set") {
    const set = plan.sets.find((each) => each.family === family)?.name ?? "";
    const wanted = writeSetRule(plan, family, set);
    if (rules?.join("\n") !== wanted) {
      changes.push({ text: `:${plan.chain} - [0:0]`, jail });
      changes.push({ text: `-A ${plan.chain} ${wanted}`, jail });
    }
    return new Map();
  }
  const left = state.left.get(plan.chain);
  if (left !== undefined && isAsLeft(rules, left)) return left;
  const present = readHosts(jail, state);
  if (present === undefined) {
    const wanted = wantedHosts(jail, family);
    changes.push(...rewrite(jail, wanted));
    return wanted;
  }
  const differing = new Set([...present.keys(), ...jail.hosts[family].keys()]);
  for (const host of jail.touched[family]) differing.delete(host);
  const result = changeHosts(jail, { family, present, touched: differing });
  changes.push(...result.changes);
  return result.hosts;
}

function isAsLeft(
  rules: readonly string[] | undefined,
  left: KernelHosts,
): boolean {
  if (rules?.length !== left.size) return false;
  const known = new Set(left.values());
  return rules.every((rule) => known.delete(rule));
}

/** @returns hosts in the chain; `undefined` where there is none, or where it holds anything else */
function readHosts(
  { plan }: ChainJail,
  { family, rules }: ChainState,
): KernelHosts | undefined {
  if (rules === undefined) return undefined;
  const hosts = new Map<string, string>();
  for (const rule of rules) {
    const read = parseHostRule(plan, family, rule);
    if (read === undefined || hosts.has(read.host)) return undefined;
    hosts.set(read.host, rule);
  }
  return hosts;
}

/** Without those of which the kernel is still to be told. */
function wantedHosts(jail: ChainJail, family: AddressFamily): KernelHosts {
  const { plan, touched, hosts } = jail;
  const wanted = new Map<string, string>();
  for (const [host, end] of hosts[family]) {
    if (touched[family].has(host)) continue;
    const until = formatUntil(end);
    wanted.set(host, writeHostRule(plan, family, { host, until }));
  }
  return wanted;
}

function changeJumps(
  jail: ChainJail,
  { saved, changes, onNoParent }: ChangeOptions & {
    readonly saved: SavedRules;
    readonly changes: Change[];
  },
): void {
  const { plan } = jail;
  const rules = writeJumps(plan);
  const present = saved.jumps.filter(({ chain }) => chain === plan.chain);
  const isSeen = new Set<string>();
  for (const { parent, rule } of present) {
    const text = `${parent} ${rule}`;
    const isWanted = plan.parents.includes(parent) && rules.includes(rule);
    if (!isWanted || isSeen.has(text)) {
      changes.push({ text: `-D ${text}`, jail });
    }
    isSeen.add(text);
  }
  for (const parent of plan.parents) {
    if (!saved.chains.has(parent)) {
      onNoParent(jail, parent);
      continue;
    }
    // Each goes before the one that was put there first.
    for (const rule of rules.toReversed()) {
      if (isSeen.has(`${parent} ${rule}`)) continue;
      changes.push({ text: `-I ${parent} 1 ${rule}`, jail });
    }
  }
}
