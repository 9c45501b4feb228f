/**
 * What the live screen knows: totals, their growth, hosts and events since it began. No terminal here.
 *
 * @module
 */

import type { ControlEvent } from "../../control/events.ts";
import type { DaemonStats, DaemonStatus } from "../../control/types.ts";

/** A host that was heard of. */
export interface BusyHost {
  readonly host: string;
  readonly jail: string;
  failures: number;
  /** Milliseconds since 1970. */
  lastMs: number;
  state: "failing" | "banned" | "free";
}

/** How fast something happens, a second. */
export interface Rates {
  readonly lines: number;
  readonly failures: number;
  readonly bans: number;
  /** Failures by jail. */
  readonly jails: ReadonlyMap<string, number>;
}

/** Hosts that are remembered; the one that was heard of longest ago makes room. */
export const MOST_HOSTS = 1000;

/** Events that are remembered. */
export const MOST_EVENTS = 100;

/** See the module. */
export class TopState {
  /** The last that was asked for. */
  status: DaemonStatus | undefined;
  /** The last that was asked for. */
  stats: DaemonStats | undefined;
  /** Since the last but one; undefined: there was only one yet. */
  rates: Rates | undefined;
  /** The newest last; no failures. */
  readonly events: ControlEvent[] = [];
  readonly #hosts = new Map<string, BusyHost>();
  #statsMs = 0;

  /** Takes over what the daemon says of itself. @param nowMs any clock that goes on */
  noteStats(stats: DaemonStats, nowMs: number): void {
    const before = this.stats;
    const seconds = (nowMs - this.#statsMs) / 1000;
    if (before !== undefined && seconds > 0) {
      this.rates = ratesOf(before, stats, seconds);
    }
    this.stats = stats;
    this.#statsMs = nowMs;
  }

  /** Takes over what happened. */
  noteEvent(event: ControlEvent): void {
    if (event.kind !== "failure") {
      this.events.push(event);
      if (this.events.length > MOST_EVENTS) this.events.shift();
    }
    if ("host" in event) this.#noteHost(event);
  }

  /** @returns hosts, those with most failures first, among equals the one heard of last */
  hosts(): BusyHost[] {
    return [...this.#hosts.values()].sort((a, b) =>
      b.failures - a.failures || b.lastMs - a.lastMs
    );
  }

  #noteHost(event: Extract<ControlEvent, { readonly host: string }>): void {
    const { host, jail } = event;
    const key = `${jail} ${host}`;
    const known = this.#hosts.get(key) ??
      { host, jail, failures: 0, lastMs: 0, state: "failing" };
    // Put in again at the end: the first one is the one that was not heard of for longest.
    this.#hosts.delete(key);
    this.#hosts.set(key, known);
    known.lastMs = Date.parse(event.time);
    if (event.kind === "failure") known.failures++;
    else known.state = event.kind === "unban" ? "free" : "banned";
    if (this.#hosts.size <= MOST_HOSTS) return;
    for (const oldest of this.#hosts.keys()) {
      this.#hosts.delete(oldest);
      return;
    }
  }
}

/** A daemon that was started anew counts from 0 again: nothing goes backwards. */
function ratesOf(
  before: DaemonStats,
  now: DaemonStats,
  seconds: number,
): Rates {
  const rate = (old = 0, fresh = 0) => Math.max(0, fresh - old) / seconds;
  return {
    lines: rate(before.lines, now.lines),
    failures: rate(before.failures, now.failures),
    bans: rate(before.bans, now.bans),
    jails: new Map(
      Object.entries(now.jails).map(([name, { failures }]) => [
        name,
        rate(before.jails[name]?.failures, failures),
      ]),
    ),
  };
}
