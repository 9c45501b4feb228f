/**
 * Counts bans in the plainest way there is, to compare the tracker with.
 *
 * @module
 */

/** Failures that lead to a ban. */
export const MAX_RETRY = 5;
/** Seconds within which they count together. */
export const FIND_TIME = 600;
/** Seconds of a ban. */
export const BAN_TIME = 3600;

/** A list of times for each filter and host. */
export class ExpectedBans {
  /** By filter. */
  readonly failures: Record<string, number> = {};
  /** By filter. */
  readonly bans: Record<string, number> = {};
  readonly #times = new Map<string, number[]>();
  readonly #bannedUntil = new Map<string, number>();

  /** Counts one failure; times never go back. */
  add(filter: string, host: string, second: number): void {
    this.failures[filter] = (this.failures[filter] ?? 0) + 1;
    const key = `${filter} ${host}`;
    if (second < (this.#bannedUntil.get(key) ?? 0)) return;
    const times = (this.#times.get(key) ?? [])
      .filter((time) => second - time <= FIND_TIME);
    times.push(second);
    this.#times.set(key, times);
    if (times.length < MAX_RETRY) return;
    this.#times.delete(key);
    this.#bannedUntil.set(key, second + BAN_TIME);
    this.bans[filter] = (this.bans[filter] ?? 0) + 1;
  }
}
