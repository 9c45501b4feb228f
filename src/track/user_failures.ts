/**
 * Which users failed from which host, for jails that forgive by user.
 *
 * @module
 */

import { formatNetwork, type Network } from "../util/address.ts";

/** Failures that one jail remembers at most: some MB. Those of the host that failed longest ago go first. */
const MOST_FAILURES = 65_536;

/** Failures of longer names are not remembered, and so not forgiven. */
const LONGEST_USER = 64;

/** A user who failed. */
export interface UserFailure {
  /** As the line has it. */
  readonly user: string;
  /** As the failure table keeps it. */
  readonly time: number;
}

/** Failures by host and user, in bounded memory. */
export class UserFailures {
  /** The host that failed last stands last. */
  readonly #hosts = new Map<string, readonly UserFailure[]>();
  #size = 0;

  /** Failures that are remembered. */
  get size(): number {
    return this.#size;
  }

  /** Remembers a failure, and forgets those of the host that are from before `since`. */
  record(
    host: Network,
    { user, time, since }: UserFailure & { readonly since: number },
  ): void {
    if (user.length > LONGEST_USER) return;
    const key = formatNetwork(host);
    const known = (this.#hosts.get(key) ?? [])
      .filter(({ time }) => time >= since);
    // A copy: a text that was cut out of a chunk holds all of it.
    this.#put(key, [...known, { user: structuredClone(user), time }]);
    for (const oldest of this.#hosts.keys()) {
      if (this.#size <= MOST_FAILURES) return;
      this.#put(oldest, []);
    }
  }

  /**
   * Forgets a user's failures.
   *
   * @param until later ones stay
   * @returns when they were
   */
  take(
    host: Network,
    { user, until }: { readonly user: string; readonly until: number },
  ): readonly number[] {
    const key = formatNetwork(host);
    const known = this.#hosts.get(key) ?? [];
    const isTaken = (each: UserFailure) =>
      each.user === user && each.time <= until;
    this.#put(key, known.filter((each) => !isTaken(each)));
    return known.filter(isTaken).map(({ time }) => time);
  }

  /** Forgets all failures of a host. */
  forget(host: Network): void {
    this.#put(formatNetwork(host), []);
  }

  #put(key: string, failures: readonly UserFailure[]): void {
    this.#size += failures.length - (this.#hosts.get(key)?.length ?? 0);
    this.#hosts.delete(key);
    if (failures.length > 0) this.#hosts.set(key, failures);
  }
}
