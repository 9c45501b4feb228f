/**
 * Finds the bans that an order concerns.
 *
 * @module
 */

import { isInNetwork } from "../util/address.ts";
import type { Network } from "../util/address.ts";
import type { BanList } from "./ban_list.ts";
import type { TrackedJail } from "./tracked_jail.ts";

/**
 * Finds a jail's bans on a network and all within it; all of the jail where no network is named.
 *
 * A single host needs no walk through all bans; it is banned alone, or with the network by which its jail counts.
 *
 * @returns slots of the list
 */
export function bansWithin(
  bans: BanList,
  { jail, network }: {
    readonly jail: TrackedJail;
    readonly network: Network | undefined;
  },
): Iterable<number> {
  if (network === undefined) return bans.slots(jail.id);
  if (network.prefix < 128) return contained(bans, { id: jail.id, network });
  const around = jail.subnets?.networkOf(network) ?? jail.around(network);
  return [...new Set([network, around])]
    .map((host) => bans.find(host, jail.id))
    .filter((slot) => slot >= 0);
}

function* contained(
  bans: BanList,
  { id, network }: { readonly id: number; readonly network: Network },
): Generator<number, void, void> {
  for (const slot of bans.slots(id)) {
    const host = bans.hostOf(slot);
    if (host.prefix >= network.prefix && isInNetwork(host.words, network)) {
      yield slot;
    }
  }
}
