/**
 * Decides who is banned: counts failures by jail, bans at the threshold, and ends bans when they are due.
 *
 * Nothing here reads a clock: `nowSeconds` is the wall clock of the caller, failures bring their own time.
 *
 * @module
 */

import type { Failure } from "../match/types.ts";
import { formatNetwork } from "../util/address.ts";
import type { Network } from "../util/address.ts";
import { bansWithin } from "./bans_within.ts";
import { BanCeiling } from "./ban_ceiling.ts";
import { BanCounts } from "./ban_counts.ts";
import { BanList } from "./ban_list.ts";
import { JailRegistry } from "./jail_registry.ts";
import { TrackerRecords } from "./records.ts";
import { hostsOf } from "./subnet_counts.ts";
import type { TrackedJail } from "./tracked_jail.ts";
import type {
  Ban,
  BanOrder,
  BanOrderOutcome,
  DecisionSink,
  JailCounts,
  Success,
  Tracker,
  TrackJail,
  UnbanOrder,
  UnbanReason,
  Verdict,
} from "./types.ts";

/** What a tracker is made with. */
export interface TrackerOptions {
  /** Hosts that one jail remembers at most, from 1; also the hosts of all jails whose number of bans is remembered. */
  readonly maxTracked: number;
  /** Bans in force at most, from 1. */
  readonly maxBans: number;
  /** Two random words: `crypto.getRandomValues(new Uint32Array(2))`. */
  readonly seed: Uint32Array;
  /** For ban times that nobody can foresee; default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Receives each decision as it is made, after the tracker's own state has changed. */
  readonly onDecision: DecisionSink;
  /** Told of each new ban after its decision, and by whose clock it began: it may count failures at once. */
  readonly onBan?: ((ban: Ban, nowSeconds: number) => void) | undefined;
}

/**
 * Makes a tracker; `setJails` gives it jails.
 *
 * @returns a tracker without jails
 */
export function createTracker(options: TrackerOptions): JailTracker {
  return new JailTracker(options);
}

/** The tracker of all jails. Decisions hold objects of their own, which may be kept. */
export class JailTracker implements Tracker {
  /** What is known as rows, to be stored and taken over. */
  readonly records: TrackerRecords;
  readonly #onDecision: DecisionSink;
  readonly #onBan: (ban: Ban, nowSeconds: number) => void;
  readonly #jails: JailRegistry;
  readonly #bans: BanList;
  readonly #counts: BanCounts;
  readonly #ceiling: BanCeiling;

  /** Makes a tracker without jails. */
  constructor(options: TrackerOptions) {
    const { maxTracked, maxBans, seed, onDecision } = options;
    this.#onDecision = onDecision;
    this.#onBan = options.onBan ?? (() => {});
    this.#jails = new JailRegistry(options);
    this.#bans = new BanList(seed);
    this.#counts = new BanCounts({ capacity: maxTracked, seed });
    this.#ceiling = new BanCeiling({
      bans: this.#bans,
      most: maxBans,
      onDisplaced: (slot) => this.#end(slot, "room"),
    });
    this.records = new TrackerRecords({
      jails: this.#jails,
      bans: this.#bans,
      counts: this.#counts,
      ceiling: this.#ceiling,
      onDecision,
    });
  }

  /**
   * Goes over to these jails. Jails that stay keep failures and bans; bans of jails that are gone end, and so do those of
   * hosts that are ignored now.
   */
  setJails(jails: readonly TrackJail[]): void {
    for (const { id, name } of this.#jails.set(jails)) {
      for (const slot of this.#bans.slots(id)) this.#end(slot, "reload");
      this.records.forgetJail(name);
    }
    this.#endIgnored();
  }

  /** Replaces the machine's own addresses, loopback included, which jails with `ignoreSelf` spare. */
  setOwnAddresses(networks: readonly Network[]): void {
    this.#jails.setOwnAddresses(networks);
    this.#endIgnored();
  }

  /**
   * Counts a failure, and bans the host when the threshold is reached. The ban starts at the failure's own time: where it would
   * be over by now there is none.
   *
   * @throws {RangeError} for an unknown jail
   */
  onFailure(failure: Failure, nowSeconds: number): Verdict {
    const jail = this.#jails.need(failure.jail);
    if (this.#jails.isIgnored(jail, failure)) {
      jail.ignored++;
      return "ignored";
    }
    jail.totalFailed++;
    this.endDue(nowSeconds);
    if (this.#bans.findCovering(failure, jail.id) >= 0) return "already banned";
    const host = this.#jails.countedAs(jail, failure);
    const weight = jail.hasHeavyFailures
      ? jail.failureWeight(this.#ownBans(jail, host, nowSeconds))
      : 1;
    if (!jail.record(host, { nowSeconds, weight })) {
      jail.noteUser(host, failure.user, nowSeconds);
      return "counted";
    }
    jail.users?.forget(host);
    const startSeconds = Math.min(host.timeSeconds, nowSeconds);
    const earlierBans = this.#earlierBans(jail, host, startSeconds);
    const endSeconds = startSeconds + jail.banSeconds(earlierBans);
    if (!(endSeconds > nowSeconds)) return "counted";
    const failures = jail.maxRetry;
    const terms = { startSeconds, endSeconds, failures };
    this.#begin(jail, host, { ...terms, nowSeconds });
    this.#banAround(jail, host, { startSeconds, nowSeconds });
    return "banned";
  }

  /**
   * Forgives the earlier failures of a host: those of the user who succeeded, or all where no user is known.
   *
   * @returns whether there were any
   * @throws {RangeError} for an unknown jail
   */
  onSuccess(success: Success): boolean {
    const jail = this.#jails.need(success.jail);
    const host = this.#jails.countedAs(jail, success);
    const { user, timeSeconds: until } = success;
    if (user === undefined) {
      jail.users?.forget(host);
      return jail.failures.forget(host);
    }
    const times = jail.users?.take(host, { user, until }) ?? [];
    return jail.failures.forgive(host, times) > 0;
  }

  /** Counts a failure that something else than the jail's lists has it ignore. @throws {RangeError} for an unknown jail */
  ignore(jail: string): Verdict {
    this.#jails.need(jail).ignored++;
    return "ignored";
  }

  /**
   * Bans by hand. A longer ban takes the place of a shorter one; ignored hosts, and networks with such hosts in them,
   * are refused.
   *
   * @throws {RangeError} for an unknown jail or a time that is not above 0
   */
  ban(order: BanOrder): BanOrderOutcome {
    const { network, nowSeconds } = order;
    const jail = this.#jails.need(order.jail);
    const seconds = order.seconds ??
      jail.banSeconds(this.#earlierBans(jail, network, nowSeconds));
    if (!(seconds > 0)) {
      throw new RangeError(
        `Cannot ban host "${
          formatNetwork(network)
        }": ban time is ${seconds} s, expected more than 0`,
      );
    }
    if (this.#jails.isIgnored(jail, network)) return "ignored";
    this.endDue(nowSeconds);
    const endSeconds = nowSeconds + seconds;
    const covering = this.#bans.findCovering(network, jail.id);
    if (covering >= 0 && this.#bans.endOf(covering) >= endSeconds) {
      return "already banned";
    }
    const slot = this.#bans.find(network, jail.id);
    if (slot >= 0) {
      this.#extend(slot, endSeconds);
      return "extended";
    }
    jail.failures.forget(network);
    const terms = { startSeconds: nowSeconds, endSeconds, failures: 0 };
    this.#begin(jail, network, { ...terms, nowSeconds });
    return "banned";
  }

  /**
   * Ends bans by hand; the hosts' bans are counted from 0 again. A single host is free afterwards also where the jail had
   * banned it with its network.
   *
   * @returns how many bans ended
   * @throws {RangeError} for an unknown jail
   */
  unban(order: UnbanOrder = {}): number {
    const { network } = order;
    const jails = order.jail === undefined
      ? [...this.#jails.all]
      : [this.#jails.need(order.jail)];
    let count = 0;
    for (const jail of jails) {
      for (const slot of bansWithin(this.#bans, { jail, network })) {
        this.#counts.forget(this.#bans.hostOf(slot), jail.id);
        this.#end(slot, "manual");
        count++;
      }
      if (network === undefined) continue;
      this.#counts.forget(network, jail.id);
      this.#counts.forget(jail.around(network), jail.id);
    }
    return count;
  }

  /** Ends the bans that are due. */
  endDue(nowSeconds: number): void {
    while (this.#bans.soonestEnd <= nowSeconds) {
      this.#end(this.#bans.soonest, "expired");
    }
  }

  /** Ends the bans that are due, and forgets failures that are too old to count. */
  expire(nowSeconds: number): void {
    this.endDue(nowSeconds);
    for (const jail of this.#jails.all) jail.failures.prune(nowSeconds);
  }

  /**
   * Tells when to call `expire`.
   *
   * @returns when `expire` has something to end next, seconds since 1970; `Infinity` where there is nothing
   */
  nextExpirySeconds(): number {
    return this.#bans.soonestEnd;
  }

  /**
   * Lists the bans in force.
   *
   * @returns the bans of one jail, or of all, the newest first; empty for an unknown jail
   */
  bans(jail?: string): Ban[] {
    const id = jail === undefined
      ? undefined
      : this.#jails.find(jail)?.id ?? -1;
    const bans: Ban[] = [];
    for (const slot of this.#bans.slots(id)) bans.push(this.#toBan(slot));
    // Of those that began together, the last slot is most often the newest.
    return bans.reverse().sort((a, b) => b.startSeconds - a.startSeconds);
  }

  /**
   * Counts one jail's failures and bans.
   *
   * @param nowSeconds against which `currentlyFailed` is counted
   * @throws {RangeError} for an unknown jail
   */
  counts(jail: string, nowSeconds: number): JailCounts {
    const tracked = this.#jails.need(jail);
    return tracked.count(this.#bans.countOf(tracked.id), nowSeconds);
  }

  /**
   * Looks for a host in all jails.
   *
   * @returns the names of the jails in which the host, or a network around it, is banned
   */
  find(network: Network): string[] {
    const jails = [...this.#jails.all];
    return jails
      .filter((jail) => this.#bans.findCovering(network, jail.id) >= 0)
      .map((jail) => jail.name);
  }

  /**
   * Looks for a jail.
   *
   * @returns whether there is a jail of this name
   */
  hasJail(name: string): boolean {
    return this.#jails.find(name) !== undefined;
  }

  #begin(
    jail: TrackedJail,
    host: Network,
    { nowSeconds, ...terms }:
      & Omit<Ban, keyof Network | "jail" | "host" | "count">
      & { readonly nowSeconds: number },
  ): void {
    const { startSeconds, endSeconds: untilSeconds } = terms;
    const count = this.#ownBans(jail, host, startSeconds) + 1;
    this.#ceiling.makeRoom();
    this.#counts.set(host, { jail: jail.id, count, untilSeconds });
    const slot = this.#bans.add(host, { ...terms, count, jail: jail.id });
    jail.totalBanned++;
    const ban = this.#toBan(slot);
    this.#onDecision({ kind: "ban", ban });
    this.#onBan(ban, nowSeconds);
  }

  /** @returns bans that lengthen the next one of a host */
  #earlierBans(jail: TrackedJail, host: Network, atSeconds: number): number {
    if (!jail.isOverallJails) return this.#ownBans(jail, host, atSeconds);
    const sinceSeconds = atSeconds - jail.decaySeconds;
    let sum = 0;
    for (let id = 0; id < this.#jails.idCount; id++) {
      sum += this.#counts.getSince(host, { jail: id, sinceSeconds });
    }
    return sum;
  }

  /** @returns bans of a host in this jail that still count */
  #ownBans(jail: TrackedJail, host: Network, atSeconds: number): number {
    const sinceSeconds = atSeconds - jail.decaySeconds;
    return this.#counts.getSince(host, { jail: jail.id, sinceSeconds });
  }

  /** Where a host's ban is the last that it takes, the network around it is banned, and single bans in it end. */
  #banAround(
    jail: TrackedJail,
    host: Network,
    { startSeconds, nowSeconds }: {
      readonly startSeconds: number;
      readonly nowSeconds: number;
    },
  ): void {
    const { subnets } = jail;
    if (subnets?.record(host, startSeconds) !== true) return;
    const network = subnets.networkOf(host);
    const { hosts, banTimeSeconds } = subnets.rules;
    const endSeconds = startSeconds + banTimeSeconds;
    if (network === undefined || !(endSeconds > nowSeconds)) return;
    if (this.#jails.isIgnored(jail, network)) return;
    subnets.forget(network);
    // The network first: its hosts must not be free in between.
    const terms = { startSeconds, endSeconds, failures: hosts };
    this.#begin(jail, network, { ...terms, nowSeconds });
    for (const each of hostsOf(network)) {
      const slot = this.#bans.find(each, jail.id);
      if (slot >= 0 && this.#bans.endOf(slot) <= endSeconds) {
        this.#end(slot, "subnet");
      }
    }
  }

  #extend(slot: number, endSeconds: number): void {
    this.#bans.setEnd(slot, endSeconds);
    this.#counts.setUntil(this.#bans.hostOf(slot), {
      jail: this.#bans.jailOf(slot),
      untilSeconds: endSeconds,
    });
    this.#onDecision({ kind: "extend", ban: this.#toBan(slot) });
  }

  /** The ban is gone before anybody hears of it, so that a sink that throws or asks finds the tracker consistent. */
  #end(slot: number, reason: UnbanReason): void {
    const ban = this.#toBan(slot);
    this.#bans.remove(slot);
    if (reason === "room") this.#jails.noteDisplaced(ban.jail);
    this.#onDecision({ kind: "unban", ban, reason });
  }

  #endIgnored(): void {
    for (const slot of this.#bans.slots()) {
      const jail = this.#jails.find(this.#nameOf(slot));
      const host = this.#bans.hostOf(slot);
      if (jail !== undefined && this.#jails.isIgnored(jail, host)) {
        this.#end(slot, "ignored");
      }
    }
  }

  #toBan(slot: number): Ban {
    return this.#bans.toBan(slot, this.#nameOf(slot));
  }

  #nameOf(slot: number): string {
    return this.#jails.nameOf(this.#bans.jailOf(slot));
  }
}
