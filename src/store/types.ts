/**
 * What outlives the process.
 *
 * @module
 */

import type {
  MemoryRow,
  OutboxRow,
  OutboxSink,
} from "../act/delivery/types.ts";
import type { Cursor, Position } from "../source/types.ts";
import type { Network } from "../util/address.ts";
import type { StateRecord } from "./state_record.ts";
import type {
  CountRow,
  Decision,
  FailureRow,
  RowSinks,
  StoredBan,
} from "../track/types.ts";

/** Receives what belongs together: all of it is stored, or nothing. */
export interface StoreWriter extends RowSinks {
  /** Where a log was read to; the older file first. None: the log is not read any more. */
  putPositions(path: string, positions: readonly Position[]): void;
  /** Where a jail read the journal to. None: it does not read it any more. */
  putCursor(jail: string, cursor: Cursor | undefined): void;
  /** What actions are still to be told, and what they remember. */
  readonly outbox: OutboxSink;
  /** What was decided, for the history. */
  addHistory(decision: Decision): void;
}

/** What became of the records of a merge, by kind. */
export type MergeCounts = ReadonlyMap<
  StateRecord["kind"],
  { readonly read: number; readonly taken: number }
>;

/** An open database. Every call may throw what SQLite says; nothing of a failed `commit` is stored, nor what was filled in. */
export interface Store {
  /** @returns bans whose end is after `nowSeconds`, also those of jails that are not configured now */
  bans(nowSeconds: number): Iterable<StoredBan>;
  /** @returns how often hosts were banned */
  counts(): Iterable<CountRow>;
  /** @returns failures, the host that failed longest ago first */
  failures(): Iterable<FailureRow>;
  /** @returns by path of the log, the older file first */
  positions(): ReadonlyMap<string, readonly Position[]>;
  /** @returns by jail */
  cursors(): ReadonlyMap<string, Cursor>;
  /** @returns what actions are still to be told, for each in the order of its messages */
  outbox(): Iterable<OutboxRow>;
  /** @returns what actions remember */
  memories(): Iterable<MemoryRow>;
  /** @returns the last bans of one host or network, those in force included, the newest first */
  historyOf(host: Network, most: number): readonly StoredBan[];
  /** Takes in a part of what the next `commit` stores, so that nobody waits for all of it at once. */
  fill(write: (writer: StoreWriter) => void): void;
  /** Stores what `write` hands over, in one transaction with what was filled in before. */
  commit(write: (writer: StoreWriter) => void): void;
  /**
   * Takes over what another state knows, in one transaction: the longer ban, the higher count, the later failures, places in
   * logs that are not known here, messages and memories of actions that are not here, and bans that the history lacks.
   *
   * @param records where reading them throws, nothing is taken
   */
  merge(records: Iterable<StateRecord>): MergeCounts;
  /** Forgets what is over: bans that ended, history and failures of long ago. A bounded piece of work. */
  tidy(nowSeconds: number): void;
  /** Whether nothing may be filled in, committed or tidied now. */
  readonly isSettling: boolean;
  /**
   * Brings what was committed to its place in the file where that is due, without a wait. Nothing is filled in by now.
   *
   * @returns when that is done, rejected with what the disk says; undefined where it is not due
   */
  settle(): Promise<void> | undefined;
  /** Does at once what `settle` began, and waits for the disk. */
  settleNow(): void;
  /** Ends it; what was committed stays. */
  close(): void;
}
