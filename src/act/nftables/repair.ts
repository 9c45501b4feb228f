/**
 * Puts back what others took out of our table.
 *
 * @module
 */

import type { Ban } from "../../track/types.ts";
import { formatNetwork } from "../../util/address.ts";
import type { FoundBan, LostBans } from "../types.ts";
import type { Damage } from "./damage.ts";
import type { Drift } from "./drift.ts";
import type { JailTable } from "./jail_table.ts";

/** More names than these make no better warning. */
const MOST_NAMES = 6;

/** Puts bans in again that are gone, as far as they are to be in force. @returns how many */
export type LostBansSink = (lost: LostBans) => Promise<number>;

/** What was put back. */
export interface Repair {
  /** What was gone, in words; empty where nothing of ours was. */
  readonly gone: string;
  readonly bans: number;
}

const NOTHING: Repair = { gone: "", bans: 0 };

/**
 * Looks what is gone and puts it back: chains, rules and sets at once, bans as `onLost` does.
 *
 * @throws {ActionError} when the kernel refuses; nothing has changed then
 */
export async function repairTable(
  drift: Drift,
  { table, onLost }: {
    readonly table: JailTable;
    readonly onLost: LostBansSink;
  },
): Promise<Repair> {
  const mustLook = drift.isStructural || drift.isOverrun;
  const damage = mustLook ? table.repair(drift.chains) : undefined;
  const lost = listLost(drift, { table, damage });
  const isAnyLost = lost.hosts.length > 0 || lost.jails.size > 0;
  const bans = isAnyLost ? await onLost(lost) : 0;
  if (damage === undefined && bans === 0) return NOTHING;
  const names = damage?.gone ?? describeBans(lost);
  return { gone: joinNames(names), bans };
}

function listLost(
  drift: Drift,
  { table, damage }: {
    readonly table: JailTable;
    readonly damage: Damage | undefined;
  },
): LostBans {
  const jails = new Map<string, (ban: Ban) => boolean>();
  if (drift.isOverrun) {
    for (const name of table.jails.keys()) {
      jails.set(name, isNotAmong(table.list(name)));
    }
  }
  for (const name of [...drift.jails, ...damage?.jails ?? []]) {
    jails.set(name, () => true);
  }
  const hosts = drift.hosts.filter(({ jail }) => !jails.has(jail));
  return { hosts, jails };
}

function isNotAmong(found: readonly FoundBan[]): (ban: Ban) => boolean {
  const present = new Set(found.map(keyOf));
  return (ban) => !present.has(keyOf(ban));
}

function keyOf({ words, prefix }: Pick<FoundBan, "words" | "prefix">): string {
  return `${words.join(" ")}/${prefix}`;
}

function describeBans({ hosts, jails }: LostBans): readonly string[] {
  return [
    ...[...jails.keys()].map((jail) => `bans of ${jail}`),
    ...hosts.map((host) => `${formatNetwork(host)} of ${host.jail}`),
  ];
}

function joinNames(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
