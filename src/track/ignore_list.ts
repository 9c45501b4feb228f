/**
 * Hosts and networks that are never banned.
 *
 * @module
 */

import { familyOf, isInNetwork } from "../util/address.ts";
import type { Network } from "../util/address.ts";
import { HostTable } from "./host_table.ts";

/** What a list is made of. */
export interface IgnoreListOptions {
  /** Hosts and networks in any order; doubles do no harm. */
  readonly networks: readonly Network[];
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
}

/** A set of networks. A lookup costs one probe for each prefix length in use, however many networks there are. */
export class IgnoreList {
  readonly #table: HostTable;
  /** In order, IPv6 first, so that what lies within a network stands together. */
  readonly #ordered: readonly Network[];

  /** Makes the list; it never changes afterwards. */
  constructor(options: IgnoreListOptions) {
    const { networks, seed } = options;
    const capacity = Math.max(1, networks.length);
    this.#table = new HostTable({ capacity, seed });
    for (const network of networks) this.#table.insert(network);
    this.#ordered = [...networks].sort(compareNetworks);
  }

  /**
   * Tells what must not be banned.
   *
   * @returns whether a ban on `host` would hit something on the list: the host lies in a network of the list, or, where it is a
   * network itself, something on the list lies in it
   */
  isHitBy(host: Network): boolean {
    if (this.#table.findCovering(host) >= 0) return true;
    return host.prefix < 128 && this.#hasWithin(host);
  }

  /**
   * Names what spares a host.
   *
   * @returns the narrowest entry around the host, or the first one within it; undefined where it is not spared
   */
  entryFor(host: Network): Network | undefined {
    const slot = this.#table.findCovering(host);
    if (slot >= 0) return this.#table.networkOf(slot);
    return this.#ordered.find(({ words }) => isInNetwork(words, host));
  }

  #hasWithin(host: Network): boolean {
    let from = 0;
    let to = this.#ordered.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const network = this.#ordered[middle] ?? host;
      if (compareNetworks(network, host) < 0) from = middle + 1;
      else to = middle;
    }
    const first = this.#ordered[from];
    return first !== undefined && isInNetwork(first.words, host);
  }
}

function compareNetworks(a: Network, b: Network): number {
  const family = familyOf(b.words) - familyOf(a.words);
  if (family !== 0) return family;
  for (let i = 0; i < 4; i++) {
    const difference = (a.words[i] ?? 0) - (b.words[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.prefix - b.prefix;
}
