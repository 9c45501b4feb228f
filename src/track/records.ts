/**
 * What the tracker knows as rows: taken over when the process starts, handed out as they change.
 *
 * @module
 */

import { formatNetwork } from "../util/address.ts";
import type { Network } from "../util/address.ts";
import { copyAddress } from "../util/small_arrays.ts";
import type { BanCeiling } from "./ban_ceiling.ts";
import type { BanCounts } from "./ban_counts.ts";
import type { BanList, BanTerms } from "./ban_list.ts";
import type { DatedHost } from "./failure_table.ts";
import { standingOf } from "./host_standing.ts";
import type { JailRegistry } from "./jail_registry.ts";
import type { TrackedJail } from "./tracked_jail.ts";
import type {
  AdoptedBan,
  Ban,
  CountRow,
  Decision,
  DecisionSink,
  FailureRow,
  HostStanding,
  RowSink,
  RowSinks,
  StoredBan,
} from "./types.ts";

/** The tables behind a tracker. */
export interface TrackerTables {
  readonly jails: JailRegistry;
  readonly bans: BanList;
  readonly counts: BanCounts;
  readonly ceiling: BanCeiling;
  readonly onDecision: DecisionSink;
}

/** How far a ban's end in the kernel may be from ours: it counts in whole seconds. */
const END_TOLERANCE_SECONDS = 1.5;

/** The tracker's rows. */
export class TrackerRecords {
  readonly #tables: TrackerTables;
  /** Jails that a reload took away, whose rows are to go. */
  readonly #gone = new Set<string>();

  /** Looks at these tables; the tracker changes them. */
  constructor(tables: TrackerTables) {
    this.#tables = tables;
  }

  /** Looks a host up. @returns how it stands with each jail, in the order of their configuration */
  standings(host: Network, nowSeconds: number): HostStanding[] {
    return [...this.#tables.jails.all].map((jail) =>
      standingOf(this.#tables, jail, { host, nowSeconds })
    );
  }

  /** Tells whom a jail counts a host's failures for. @returns undefined for an unknown jail */
  countedAs(name: string, host: DatedHost): Network | undefined {
    const { jails } = this.#tables;
    const jail = jails.find(name);
    return jail && jails.countedAs(jail, host);
  }

  /**
   * Puts a ban back in as it was stored; nothing is decided, but that bans end for which there is no room.
   *
   * @returns whether it is in force: not where it is over, its jail is gone, its host is ignored now, or there is no room
   */
  restoreBan(stored: StoredBan, nowSeconds: number): boolean {
    const { jails, bans } = this.#tables;
    const jail = jails.find(stored.jail);
    if (jail === undefined || !(stored.endSeconds > nowSeconds)) return false;
    if (jails.isIgnored(jail, stored.host)) return false;
    if (bans.find(stored.host, jail.id) >= 0) return false;
    if (!this.#hasRoomFor(stored, stored.host)) return false;
    const { startSeconds, endSeconds, count, failures } = stored;
    const terms = { startSeconds, endSeconds, count, failures };
    bans.add(stored.host, { jail: jail.id, ...terms });
    if (failures > 0) jail.subnets?.record(stored.host, startSeconds);
    jail.totalBanned++;
    return true;
  }

  /** Takes over how often a host was banned. */
  restoreCount(row: CountRow): void {
    const { jails, counts } = this.#tables;
    const jail = jails.find(row.jail)?.id;
    if (jail === undefined) return;
    const { count, untilSeconds = Infinity } = row;
    counts.raise(row.host, { jail, count, untilSeconds });
  }

  /** Takes over a host's failures. */
  restoreFailures({ jail, host, times }: FailureRow): void {
    this.#tables.jails.find(jail)?.failures.restore({ host, times });
  }

  /**
   * Looks up one ban.
   *
   * @returns the ban in force on exactly this host, or `undefined`
   */
  banOf(jail: string, host: Network): Ban | undefined {
    const { jails, bans } = this.#tables;
    const slot = bans.find(host, jails.find(jail)?.id ?? -1);
    return slot < 0 ? undefined : bans.toBan(slot, jail);
  }

  /** Bans in force, of all jails. */
  get banCount(): number {
    return this.#tables.bans.size;
  }

  /** Goes through the bans of one jail, which may change meanwhile. */
  *bansOf(jail: string): Generator<Ban, void, void> {
    const { jails, bans } = this.#tables;
    const id = jails.find(jail)?.id ?? -1;
    for (const slot of bans.slots(id)) yield bans.toBan(slot, jail);
  }

  /** What is in the tables now is stored: from now on `drain` gives what changed. */
  beginChanges(): void {
    for (const changes of this.#changes()) changes.begin();
    // What found no room is still stored.
    const { bans, jails } = this.#tables;
    if (jails.displaced > 0) bans.changes.loseTrack();
    this.#gone.clear();
  }

  /** What was drained did not reach its place: the next `drain` gives everything. */
  loseTrack(): void {
    for (const changes of this.#changes()) changes.loseTrack();
  }

  /** Rows that `drain` would give now; `Infinity` where it is everything. */
  get changed(): number {
    let sum = this.#gone.size;
    for (const { size } of this.#changes()) sum += size;
    return sum;
  }

  /** Hands over the rows that changed since the last time. @param most about so many; the rest comes the next time */
  drain(sinks: RowSinks, most = Infinity): void {
    const { jails, bans, counts } = this.#tables;
    for (const name of this.#gone) sinks.failures.clear([name]);
    this.#gone.clear();
    const names = [...jails.all].map(({ name }) => name);
    let left = most;
    left -= bans.changes.drain({
      clear: () => sinks.bans.clear(names),
      put: (slot) =>
        sinks.bans.put(bans.toBan(slot, jails.nameOf(bans.jailOf(slot)))),
      remove: (host, id) => sinks.bans.remove(jails.nameOf(id), host),
    }, left);
    left -= counts.changes.drain({
      clear: () => sinks.counts.clear(names),
      put: (slot) => {
        const row = counts.rowOf(slot);
        sinks.counts.put({ ...row, jail: jails.nameOf(row.jail) });
      },
      remove: (host, id) => sinks.counts.remove(jails.nameOf(id), host),
    }, left);
    for (const jail of jails.all) {
      left -= drainFailures(jail, sinks.failures, left);
    }
  }

  /** The rows of a jail that a reload took away are to go. */
  forgetJail(name: string): void {
    this.#gone.add(name);
  }

  /**
   * Compares with what an earlier life left in the firewall. What is there and unknown is taken over, unless it has no
   * jail, its host is ignored, or there is no room: then its end is decided.
   *
   * @returns what puts bans in that were not found, or with another end; made one by one
   */
  reconcile(
    found: readonly AdoptedBan[],
    nowSeconds: number,
  ): Iterable<Decision> {
    const { jails, bans } = this.#tables;
    const asFound = new Set<number>();
    const otherwise = new Set<number>();
    for (const each of found) {
      const id = jails.find(each.jail)?.id ?? -1;
      const slot = bans.find(each, id);
      if (slot < 0) asFound.add(this.#adopt(each, nowSeconds));
      else if (
        isNear(bans.endOf(slot), nowSeconds + each.remainingSeconds)
      ) asFound.add(slot);
      else otherwise.add(slot);
    }
    return this.#banOthers(asFound, otherwise);
  }

  *#banOthers(
    asFound: ReadonlySet<number>,
    otherwise: ReadonlySet<number>,
  ): Generator<Decision, void, void> {
    const { jails, bans } = this.#tables;
    for (const slot of bans.slots()) {
      if (asFound.has(slot)) continue;
      const ban = bans.toBan(slot, jails.nameOf(bans.jailOf(slot)));
      yield { kind: "ban", ban, isAbsent: !otherwise.has(slot) };
    }
  }

  /** @returns the slot of the ban, or -1 where it was refused */
  #adopt(found: AdoptedBan, nowSeconds: number): number {
    const { jails, onDecision } = this.#tables;
    if (!(found.remainingSeconds > 0)) return -1;
    const jail = jails.find(found.jail);
    if (jail !== undefined && !jails.isIgnored(jail, found)) {
      return this.#admit(jail, found, nowSeconds);
    }
    onDecision({
      kind: "unban",
      ban: toFoundBan(found, nowSeconds),
      reason: jail === undefined ? "reload" : "ignored",
    });
    return -1;
  }

  /** What was found counts as the host's first ban unless more is known; it began as long ago as such a ban lasts. */
  #admit(jail: TrackedJail, found: AdoptedBan, nowSeconds: number): number {
    const { bans, counts } = this.#tables;
    const count = counts.get(found, jail.id) || 1;
    const endSeconds = nowSeconds + found.remainingSeconds;
    const likelyStart = endSeconds - jail.banSeconds(count - 1);
    const startSeconds = likelyStart < nowSeconds ? likelyStart : nowSeconds;
    const terms = { startSeconds, endSeconds, count, failures: 0 };
    if (!this.#hasRoomFor({ jail: jail.name, ...terms }, found)) return -1;
    counts.set(found, { jail: jail.id, count, untilSeconds: endSeconds });
    jail.failures.forget(found);
    jail.totalBanned++;
    return bans.add(found, { ...terms, jail: jail.id });
  }

  /** Where there is none, the firewall may have the ban all the same: its end is decided. */
  #hasRoomFor(
    old: BanTerms & { readonly jail: string },
    host: Network,
  ): boolean {
    const { jails, ceiling, onDecision } = this.#tables;
    if (ceiling.admits(old)) return true;
    const { jail, startSeconds, endSeconds, count, failures } = old;
    const { words, prefix } = host;
    const terms = { startSeconds, endSeconds, count, failures };
    const ban = nameHost({ jail, ...terms, words, prefix });
    jails.noteDisplaced(jail);
    onDecision({ kind: "unban", ban, reason: "room" });
    return false;
  }

  *#changes() {
    const { jails, bans, counts } = this.#tables;
    yield bans.changes;
    yield counts.changes;
    for (const jail of jails.all) yield jail.failures.changes;
  }
}

function drainFailures(
  { name, failures }: TrackedJail,
  sink: RowSink<FailureRow>,
  most: number,
): number {
  return failures.changes.drain({
    clear: () => sink.clear([name]),
    put: (slot) => sink.put({ jail: name, ...failures.rowOf(slot) }),
    remove: (host) => sink.remove(name, host),
  }, most);
}

function isNear(one: number, other: number): boolean {
  return one === other || Math.abs(one - other) <= END_TOLERANCE_SECONDS;
}

/** What is known of a ban that was found. */
function toFoundBan(found: AdoptedBan, nowSeconds: number): Ban {
  return nameHost({
    ...found,
    startSeconds: nowSeconds,
    endSeconds: nowSeconds + found.remainingSeconds,
    count: 1,
    failures: 0,
  });
}

/** @returns a ban that can be kept */
function nameHost(
  { jail, words, prefix, ...terms }: Omit<Ban, "host">,
): Ban {
  const { startSeconds, endSeconds, count, failures } = terms;
  return {
    jail,
    host: formatNetwork({ words, prefix }),
    words: copyAddress(words),
    prefix,
    startSeconds,
    endSeconds,
    count,
    failures,
  };
}
