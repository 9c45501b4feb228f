/**
 * One jail as the tracker keeps it.
 *
 * @module
 */

import { isMapped, maskWords, type Network } from "../util/address.ts";
import { smallWords } from "../util/small_arrays.ts";
import {
  type BanLength,
  compileBanLength,
  failureWeight,
} from "./escalation.ts";
import { type DatedHost, FailureTable, toStamp } from "./failure_table.ts";
import { IgnoreList } from "./ignore_list.ts";
import { SubnetCounts } from "./subnet_counts.ts";
import type { JailCounts, TrackJail } from "./types.ts";
import { UserFailures } from "./user_failures.ts";

/** What a tracked jail is made with. */
export interface TrackedJailOptions {
  /** The jail's number in tables that all jails share. */
  readonly id: number;
  /** Hosts that are remembered at most, from 1. */
  readonly maxTracked: number;
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
  /** For ban times that nobody can foresee; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** A jail's rules, its failures and its running totals. */
export class TrackedJail {
  /** The jail's number in tables that all jails share. */
  readonly id: number;
  /** Who failed how often lately. */
  readonly failures: FailureTable;
  /** Failures since the start, those of ignored hosts not included. */
  totalFailed = 0;
  /** Bans since the start. */
  totalBanned = 0;
  /** Failures of ignored hosts since the start. */
  ignored = 0;
  /** Bans that made room for others since the start. */
  displaced = 0;
  /** Whose neighbours were banned lately; absent where the jail bans single hosts only. */
  subnets: SubnetCounts | undefined;
  /** Which users failed lately; absent where the jail never forgives. */
  users: UserFailures | undefined;
  #rules: TrackJail;
  #ignoreList: IgnoreList;
  #banLength: BanLength;
  readonly #options: TrackedJailOptions;

  /** Makes a jail without failures. */
  constructor(rules: TrackJail, options: TrackedJailOptions) {
    const { id, maxTracked, seed, random } = options;
    this.id = id;
    this.failures = new FailureTable({
      ...toThreshold(rules),
      maxTracked,
      seed,
    });
    this.#rules = rules;
    this.#options = options;
    this.#banLength = compileBanLength({ ...rules, random });
    this.subnets = toSubnets(rules);
    this.users = toUsers(rules);
    this.#ignoreList = new IgnoreList({ networks: rules.ignoreNetworks, seed });
  }

  /** The jail's name. */
  get name(): string {
    return this.#rules.name;
  }

  /** Goes over to other rules; failures stay as far as they fit. */
  setRules(rules: TrackJail): void {
    const { ignoreNetworks: networks } = rules;
    this.failures.setThreshold(toThreshold(rules));
    const { seed, random } = this.#options;
    this.#ignoreList = new IgnoreList({ networks, seed });
    this.#banLength = compileBanLength({ ...rules, random });
    this.subnets = toSubnets(rules, this.subnets);
    this.users = toUsers(rules, this.users);
    this.#rules = rules;
  }

  /**
   * Tells whom the jail spares.
   *
   * @returns whether a ban on the host would hit an ignored address or, where the jail spares them, one of our own
   */
  ignores(host: Network, ownAddresses: IgnoreList): boolean {
    return this.#ignoreList.isHitBy(host) ||
      this.#rules.ignoreSelf && ownAddresses.isHitBy(host);
  }

  /**
   * Names what spares a host.
   *
   * @returns the entry of the ignore list, or one of our own addresses; undefined where it is not spared
   */
  ignoringEntry(host: Network, ownAddresses: IgnoreList): Network | undefined {
    return this.#ignoreList.entryFor(host) ??
      (this.#rules.ignoreSelf ? ownAddresses.entryFor(host) : undefined);
  }

  /**
   * Computes the next ban's length.
   *
   * @returns seconds that the next ban lasts after so many earlier ones; `Infinity` is for ever
   */
  banSeconds(earlierBans: number): number {
    return this.#banLength(earlierBans);
  }

  /**
   * Tells how much a failure counts where they count for more.
   *
   * @param earlierBans of its host, in this jail
   * @returns from 1
   */
  failureWeight(earlierBans: number): number {
    return failureWeight(earlierBans, this.#rules.maxRetry);
  }

  /** Whether failures of those who were banned before count for more. */
  get hasHeavyFailures(): boolean {
    const { increment, hasHeavyFailures } = this.#rules.escalation;
    return increment && hasHeavyFailures === true;
  }

  /** Whether the earlier bans of all jails lengthen a ban. */
  get isOverallJails(): boolean {
    return this.#rules.escalation.isOverallJails === true;
  }

  /** How long after its end a ban still counts as an earlier one. */
  get decaySeconds(): number {
    return this.#rules.escalation.decaySeconds ?? Infinity;
  }

  /**
   * Tells by whom a host is counted.
   *
   * @param words takes the network's; default new ones
   * @returns the IPv6 network around a host, of the jail's length; the host itself where it is IPv4, or wider
   */
  around(host: Network, words?: Uint32Array): Network {
    const { ipv6Prefix: prefix } = this.#rules;
    if (host.prefix <= prefix || isMapped(host.words)) return host;
    words ??= smallWords(4);
    for (let i = 0; i < 4; i++) words[i] = host.words[i] ?? 0;
    maskWords(words, prefix);
    return { words, prefix };
  }

  /**
   * Counts a failure, or as many as it weighs.
   *
   * @returns whether the threshold is reached
   */
  record(
    host: DatedHost,
    { nowSeconds, weight }: {
      readonly nowSeconds: number;
      readonly weight: number;
    },
  ): boolean {
    for (let count = 0; count < weight; count++) {
      if (this.failures.record(host, nowSeconds)) return true;
    }
    return false;
  }

  /** Remembers which user failed, where the jail forgives by user. */
  noteUser(
    host: DatedHost,
    user: string | undefined,
    nowSeconds: number,
  ): void {
    if (this.users === undefined || user === undefined) return;
    const time = toStamp(Math.min(host.timeSeconds, nowSeconds));
    const since = time - this.#rules.findTimeSeconds;
    this.users.record(host, { user, time, since });
  }

  /**
   * Counts.
   *
   * @param currentlyBanned bans of this jail in force
   * @param nowSeconds against which `currentlyFailed` is counted
   */
  count(currentlyBanned: number, nowSeconds: number): JailCounts {
    return {
      currentlyFailed: this.failures.countFailing(nowSeconds),
      totalFailed: this.totalFailed,
      currentlyBanned,
      totalBanned: this.totalBanned,
      ignored: this.ignored,
      displaced: this.displaced,
      forgotten: this.failures.evicted,
    };
  }

  /** Seconds within which failures make a ban. */
  get findTimeSeconds(): number {
    return this.#rules.findTimeSeconds;
  }

  /** Failures that the next ban by threshold stands for. */
  get maxRetry(): number {
    return this.#rules.maxRetry;
  }
}

function toThreshold({ maxRetry, findTimeSeconds }: TrackJail): {
  readonly maxRetry: number;
  readonly findTimeSeconds: number;
} {
  return { maxRetry, findTimeSeconds };
}

/** @returns what is known so far, where the rules are the same */
function toSubnets(
  { subnetBans: rules }: TrackJail,
  known?: SubnetCounts,
): SubnetCounts | undefined {
  if (rules === undefined) return undefined;
  const isSame = JSON.stringify(rules) === JSON.stringify(known?.rules);
  return isSame ? known : new SubnetCounts(rules);
}

function toUsers(
  { successPatterns = [] }: TrackJail,
  known?: UserFailures,
): UserFailures | undefined {
  return successPatterns.length === 0 ? undefined : known ?? new UserFailures();
}
