/**
 * What our table should look like, and the batch that makes it so.
 *
 *     table inet fail2deno {
 *       set sshd-v4 { type ipv4_addr; flags timeout; }
 *       set sshd-v6 { type ipv6_addr; flags timeout; }
 *       chain input { type filter hook input priority filter - 1; policy accept; jump jail-sshd }
 *       chain jail-sshd {
 *         tcp dport 22 ip saddr @sshd-v4 drop
 *         tcp dport 22 ip6 saddr @sshd-v6 drop
 *       }
 *     }
 *
 * @module
 */

import type { FirewallPlan, FirewallRule } from "../contract.ts";
import type { Batch, HookName } from "./batch.ts";
import { writeJump, writeRule } from "./rules.ts";
import { isHostSlot, parseSlotName, type Slot, slotOf } from "./slot.ts";
import { isCompatible, NO_TABLE, type TableState } from "./table_state.ts";

const HOOKS: readonly HookName[] = ["input", "forward"];

/** A jail in the table. */
export interface JailLayout {
  /** The jail's. */
  readonly name: string;
  /** Validated. */
  readonly plan: FirewallPlan;
  /** Single hosts first, then networks; grows when a network of a new length is banned. */
  readonly slots: readonly Slot[];
}

/** What a transition may leave as it is. */
export interface TransitionOptions {
  /** Jails whose rules, and so their counters, stay. */
  readonly unchanged: ReadonlySet<string>;
  /** Jails whose elements go. */
  readonly emptied: ReadonlySet<string>;
}

/**
 * Names the chain that holds a jail's rules.
 *
 * @returns the jail's chain; the base chains are called `input` and `forward`, which is why it is not the jail's name
 */
export function chainOf(jail: string): string {
  return `jail-${jail}`;
}

/**
 * Lays a jail out over what is there.
 *
 * @returns the jail with its own sets and those of networks that the kernel still has
 */
export function layOutJail(
  jail: { readonly name: string; readonly plan: FirewallPlan },
  state: TableState,
): JailLayout {
  const { name, plan } = jail;
  const slots = plan.sets.map(({ family }) =>
    slotOf(name, { family, bits: family === 4 ? 32 : 128 })
  );
  for (const set of state.sets.keys()) {
    const parsed = parseSlotName(set);
    if (parsed?.jail !== name || isHostSlot(parsed.slot)) continue;
    if (slots.some(({ family }) => family === parsed.slot.family)) {
      slots.push(parsed.slot);
    }
  }
  return { name, plan, slots };
}

/**
 * Looks whether the table can be kept.
 *
 * @returns whether the table must be replaced: it holds a set of ours that cannot be used, or is dormant, which cannot be
 * ended in the same batch in which its base chains go
 */
export function mustReplace(
  state: TableState,
  jails: readonly JailLayout[],
): boolean {
  return state.isDormant || jails.some(({ slots }) =>
    slots.some((slot) => {
      const set = state.sets.get(slot.name);
      return set !== undefined && !isCompatible(set, slot);
    })
  );
}

/** Writes the way from what is there to what should be. */
export function writeTransition(
  batch: Batch,
  { from, jails, options }: {
    readonly from: TableState;
    readonly jails: readonly JailLayout[];
    readonly options: TransitionOptions;
  },
): void {
  if (mustReplace(from, jails)) {
    batch.deleteTable();
    writeTransition(batch, { from: NO_TABLE, jails, options });
    return;
  }
  const kept = new Set(
    jails.map(({ name }) => name)
      .filter((name) => options.unchanged.has(name))
      .map(chainOf)
      .filter((chain) => from.chains.has(chain)),
  );
  batch.addTable();
  clearChains(batch, { chains: from.chains, kept });
  writeSets(batch, { from, jails, emptied: options.emptied });
  for (const jail of jails) {
    const chain = chainOf(jail.name);
    if (kept.has(chain)) continue;
    batch.addChain(chain);
    for (const slot of jail.slots) writeSlotRules(batch, jail, slot);
  }
  writeBaseChains(batch, jails);
}

/** Adds the rules that look into one of a jail's sets. */
export function writeSlotRules(
  batch: Batch,
  jail: Pick<JailLayout, "name" | "plan">,
  slot: Slot,
): void {
  const chain = chainOf(jail.name);
  for (const rule of rulesFor(jail, slot)) {
    writeRule(batch, { chain, rule, slot });
  }
}

/**
 * Counts what a table that is as it should be holds.
 *
 * @returns rules by the name of their chain, for each chain of these jails
 */
export function countRules(
  jails: readonly JailLayout[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const jail of jails) {
    const rules = jail.slots.flatMap((slot) => rulesFor(jail, slot));
    counts.set(chainOf(jail.name), rules.length);
    for (const hook of jail.plan.hooks) {
      counts.set(hook, (counts.get(hook) ?? 0) + 1);
    }
  }
  return counts;
}

function rulesFor(
  { plan }: Pick<JailLayout, "plan">,
  slot: Slot,
): readonly FirewallRule[] {
  const hosts = plan.sets.find(({ family }) => family === slot.family);
  return plan.rules.filter(({ set }) => set === hosts?.name);
}

/** First all rules, since a chain that is still jumped to cannot go. */
function clearChains(
  batch: Batch,
  { chains, kept }: {
    readonly chains: ReadonlySet<string>;
    readonly kept: ReadonlySet<string>;
  },
): void {
  const gone = [...chains].filter((chain) => !kept.has(chain));
  for (const chain of gone) batch.flushChain(chain);
  for (const chain of gone) batch.deleteChain(chain);
}

function writeSets(
  batch: Batch,
  { from, jails, emptied }: {
    readonly from: TableState;
    readonly jails: readonly JailLayout[];
    readonly emptied: ReadonlySet<string>;
  },
): void {
  const wanted = new Set<string>();
  for (const { name, slots } of jails) {
    for (const slot of slots) {
      wanted.add(slot.name);
      if (!from.sets.has(slot.name)) batch.addSet(slot);
      else if (emptied.has(name)) batch.flushSet(slot.name);
    }
  }
  for (const set of from.sets.keys()) {
    if (!wanted.has(set)) batch.deleteSet(set);
  }
}

/** Made anew each time: whatever hook, priority or policy a chain of that name had, it has ours now. */
function writeBaseChains(batch: Batch, jails: readonly JailLayout[]): void {
  for (const hook of HOOKS) {
    const hooked = jails.filter(({ plan }) => plan.hooks.includes(hook));
    if (hooked.length === 0) continue;
    batch.addBaseChain(hook);
    for (const { name } of hooked) {
      writeJump(batch, { from: hook, to: chainOf(name) });
    }
  }
}
