/**
 * Counts hosts of one network that were banned lately, so that the whole network can be banned instead.
 *
 * @module
 */

import type { SubnetBans } from "../config/types.ts";
import { isMapped, maskWords, type Network } from "../util/address.ts";
import { copyAddress } from "../util/small_arrays.ts";

/** Hosts that one jail remembers here at most, some MB. The network without a ban for longest goes first. */
const MOST_HOSTS = 65_536;

/** When hosts were banned last, by the last word of their address; the latest ban stands last. */
type BanTimes = Map<number, number>;

/** The IPv4 networks of one jail. */
export class SubnetCounts {
  readonly #rules: SubnetBans;
  /** By the last word of the network; the latest ban stands last. */
  readonly #networks = new Map<number, BanTimes>();
  /** In all of them. */
  #size = 0;

  /** Knows of no ban yet. */
  constructor(rules: SubnetBans) {
    this.#rules = rules;
  }

  /** Hosts that are remembered. */
  get size(): number {
    return this.#size;
  }

  /** What makes a network one to be banned. */
  get rules(): SubnetBans {
    return this.#rules;
  }

  /**
   * Counts a ban.
   *
   * @returns whether by now so many hosts of its network were banned as the rules have it; `forget` begins anew
   */
  record(host: Network, startSeconds: number): boolean {
    const network = this.networkOf(host);
    if (network === undefined) return false;
    const { hosts, withinSeconds } = this.#rules;
    const key = lastWord(network);
    const times = this.#networks.get(key) ?? new Map<number, number>();
    this.#drop(key);
    times.delete(lastWord(host));
    times.set(lastWord(host), startSeconds);
    for (const [other, time] of times) {
      const isOver = times.size > hosts || time < startSeconds - withinSeconds;
      if (isOver) times.delete(other);
    }
    this.#networks.set(key, times);
    this.#size += times.size;
    this.#makeRoom();
    return times.size >= hosts;
  }

  /** The network is banned: its hosts are counted from 0. */
  forget(network: Network): void {
    this.#drop(lastWord(network));
  }

  /** @returns the network around a single IPv4 host; undefined for other hosts */
  networkOf(host: Network): Network | undefined {
    if (host.prefix < 128 || !isMapped(host.words)) return undefined;
    const words = copyAddress(host.words);
    const prefix = 96 + this.#rules.prefix;
    maskWords(words, prefix);
    return { words, prefix };
  }

  #makeRoom(): void {
    for (const network of this.#networks.keys()) {
      if (this.#size <= MOST_HOSTS) return;
      this.#drop(network);
    }
  }

  #drop(network: number): void {
    this.#size -= this.#networks.get(network)?.size ?? 0;
    this.#networks.delete(network);
  }
}

function lastWord({ words }: Network): number {
  return words[3] ?? 0;
}

/**
 * Goes through a network of IPv4.
 *
 * @returns its hosts, one object for all; at most a few thousand
 */
export function* hostsOf({ words, prefix }: Network): Generator<Network> {
  const host = { words: words.slice(), prefix: 128 };
  const first = words[3] ?? 0;
  for (let n = 0; n < 2 ** (128 - prefix); n++) {
    host.words[3] = first + n;
    yield host;
  }
}
