/**
 * A jail whose bans go by iptables: its plan, and who should be in the kernel for it.
 *
 * @module
 */

import type { Ban } from "../../track/types.ts";
import { formatNetwork, isMapped } from "../../util/address.ts";
import type { ChainPlan, SetPlan } from "../contract.ts";

/** The families, in the order in which they are seen to. */
export const FAMILIES = [4, 6] as const;

/** An address family. */
export type AddressFamily = typeof FAMILIES[number];

/** See the module. */
export interface ChainJail {
  readonly name: string;
  readonly plan: ChainPlan | SetPlan;
  /** Banned hosts of each family and their ends, seconds since 1970, as the core wants them. */
  readonly hosts: Readonly<Record<AddressFamily, Map<string, number>>>;
  /** Hosts of which the kernel has not been told yet. */
  readonly touched: Readonly<Record<AddressFamily, Set<string>>>;
}

/** @returns a jail without bans */
export function createChainJail(
  name: string,
  plan: ChainPlan | SetPlan,
): ChainJail {
  return {
    name,
    plan,
    hosts: { 4: new Map(), 6: new Map() },
    touched: { 4: new Set(), 6: new Set() },
  };
}

/** @returns the family of a ban's host, or `undefined` for a network of all addresses, which neither program takes */
export function familyOfBan(
  { words, prefix }: Pick<Ban, "words" | "prefix">,
): AddressFamily | undefined {
  if (prefix >= 96 && isMapped(words)) return prefix === 96 ? undefined : 4;
  return prefix === 0 ? undefined : 6;
}

/** Notes a ban, or its end. @param endSeconds absent: the ban is over */
export function noteHost(
  jail: ChainJail,
  ban: Pick<Ban, "words" | "prefix">,
  endSeconds?: number,
): void {
  const family = familyOfBan(ban);
  if (family === undefined) return;
  const host = formatNetwork(ban);
  if (endSeconds === undefined) jail.hosts[family].delete(host);
  else jail.hosts[family].set(host, endSeconds);
  jail.touched[family].add(host);
}
