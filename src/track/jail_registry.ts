/**
 * The jails that are tracked, by name and by number, and whom they spare.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import type { DatedHost } from "./failure_table.ts";
import { IgnoreList } from "./ignore_list.ts";
import { TrackedJail } from "./tracked_jail.ts";
import type { TrackJail } from "./types.ts";

/** What a registry is made with. */
export interface JailRegistryOptions {
  /** Hosts that one jail remembers at most, from 1. */
  readonly maxTracked: number;
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
  /** For ban times that nobody can foresee; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Names, numbers and rules of the jails. */
export class JailRegistry {
  /** Bans of all jails, also of those that are gone, that made room for others since the start. */
  displaced = 0;
  readonly #options: JailRegistryOptions;
  readonly #jails = new Map<string, TrackedJail>();
  /** Names by jail number. A name keeps its number for good, so that a jail that comes back finds its counts. */
  readonly #names: string[] = [];
  #ownAddresses: IgnoreList;
  readonly #scratch = new Uint32Array(4);

  /** Makes a registry without jails. */
  constructor(options: JailRegistryOptions) {
    this.#options = options;
    this.#ownAddresses = new IgnoreList({ networks: [], seed: options.seed });
  }

  /**
   * Goes over to these jails; those that stay keep their failures.
   *
   * @returns the jails that are gone
   */
  set(jails: readonly TrackJail[]): readonly TrackedJail[] {
    const kept = new Set(jails.map((jail) => jail.name));
    const gone = [...this.#jails.values()].filter(({ name }) =>
      !kept.has(name)
    );
    for (const { name } of gone) this.#jails.delete(name);
    for (const rules of jails) {
      const jail = this.#jails.get(rules.name);
      if (jail === undefined) this.#jails.set(rules.name, this.#create(rules));
      else jail.setRules(rules);
    }
    return gone;
  }

  /** Replaces the machine's own addresses, loopback included. */
  setOwnAddresses(networks: readonly Network[]): void {
    const { seed } = this.#options;
    this.#ownAddresses = new IgnoreList({ networks, seed });
  }

  /** All jails in the order of their configuration. */
  get all(): Iterable<TrackedJail> {
    return this.#jails.values();
  }

  /**
   * Looks for a jail.
   *
   * @returns the jail of this name, or undefined
   */
  find(name: string): TrackedJail | undefined {
    return this.#jails.get(name);
  }

  /**
   * Looks for a jail that must be there.
   *
   * @throws {RangeError} for an unknown jail
   */
  need(name: string): TrackedJail {
    const jail = this.#jails.get(name);
    if (jail !== undefined) return jail;
    const names = [...this.#jails.keys()].join(", ") || "none";
    throw new RangeError(
      `Cannot find jail "${name}": not loaded, expected one of ${names}`,
    );
  }

  /** A ban of this jail made room for another one. */
  noteDisplaced(name: string): void {
    this.displaced++;
    const jail = this.#jails.get(name);
    if (jail !== undefined) jail.displaced++;
  }

  /** Numbers that were given out so far: those below it. */
  get idCount(): number {
    return this.#names.length;
  }

  /**
   * Reads a number.
   *
   * @returns the name of a jail that has or had this number
   */
  nameOf(id: number): string {
    return this.#names[id] ?? "";
  }

  /**
   * Tells whom a jail spares.
   *
   * @returns whether a ban on the host would hit an ignored address, or one of our own where the jail spares them
   */
  isIgnored(jail: TrackedJail, host: Network): boolean {
    return jail.ignores(host, this.#ownAddresses);
  }

  /**
   * Names what spares a host in a jail.
   *
   * @returns an entry of the jail's ignore list or one of our own addresses; undefined where nothing does
   */
  ignoringEntry(jail: TrackedJail, host: Network): Network | undefined {
    return jail.ignoringEntry(host, this.#ownAddresses);
  }

  /**
   * Tells whom a failure is counted for, and whom a ban for it is on.
   *
   * @returns the network around the host by which the jail counts; the host alone where that network holds somebody spared.
   * Its words are valid until the next call.
   */
  countedAs(jail: TrackedJail, host: DatedHost): DatedHost {
    const around = jail.around(host, this.#scratch);
    if (around === host || this.isIgnored(jail, around)) return host;
    return { ...around, timeSeconds: host.timeSeconds };
  }

  #create(rules: TrackJail): TrackedJail {
    const known = this.#names.indexOf(rules.name);
    const id = known < 0 ? this.#names.push(rules.name) - 1 : known;
    return new TrackedJail(rules, { id, ...this.#options });
  }
}
