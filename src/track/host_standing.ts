/**
 * How one host stands with a jail: what a person asks who wonders about a ban.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import type { BanCounts } from "./ban_counts.ts";
import type { BanList } from "./ban_list.ts";
import type { JailRegistry } from "./jail_registry.ts";
import type { TrackedJail } from "./tracked_jail.ts";
import type { HostStanding } from "./types.ts";

/** The tables that know of hosts. */
export interface HostTables {
  readonly jails: JailRegistry;
  readonly bans: BanList;
  readonly counts: BanCounts;
}

/**
 * Looks a host up in one jail; changes nothing.
 *
 * @param query `host`: an address or a network; `nowSeconds`: the wall clock
 */
export function standingOf(
  { jails, bans, counts }: HostTables,
  jail: TrackedJail,
  { host, nowSeconds }: {
    readonly host: Network;
    readonly nowSeconds: number;
  },
): HostStanding {
  const counted = jails.countedAs(jail, { ...host, timeSeconds: nowSeconds });
  // The registry's words are its own, and change with the next question.
  const countedAs = { words: counted.words.slice(), prefix: counted.prefix };
  const slot = bans.findCovering(host, jail.id);
  const failureTimes = [...jail.failures.timesOf(countedAs)];
  const since = nowSeconds - jail.findTimeSeconds;
  const query = { jail: jail.id, sinceSeconds: nowSeconds - jail.decaySeconds };
  return {
    jail: jail.name,
    countedAs,
    ban: slot < 0 ? undefined : bans.toBan(slot, jail.name),
    ignoredBy: jails.ignoringEntry(jail, host),
    failureTimes,
    recentFailures: failureTimes.filter((time) => time >= since).length,
    bans: counts.getSince(countedAs, query),
  };
}
