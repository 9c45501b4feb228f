/**
 * One jail as the tracker keeps it.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import {
  type BanLength,
  compileBanLength,
  failureWeight,
} from "./escalation.ts";
import { FailureTable } from "./failure_table.ts";
import { IgnoreList } from "./ignore_list.ts";
import type { TrackJail } from "./types.ts";

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
