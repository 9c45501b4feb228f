/**
 * The state of the daemon in one SQLite file.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { MemoryRow, OutboxRow } from "../act/delivery/types.ts";
import type { Cursor, Position } from "../source/types.ts";
import type { CountRow, FailureRow, StoredBan } from "../track/types.ts";
import type { Network } from "../util/address.ts";
import type { Logger } from "../util/log.ts";
import { freePages } from "./free_pages.ts";
import { openDatabase } from "./open_database.ts";
import { RowMerger } from "./row_merger.ts";
import { RowReader } from "./row_reader.ts";
import { RowWriter } from "./row_writer.ts";
import { lockState } from "./state_lock.ts";
import { RECORD_KINDS, type StateRecord } from "./state_record.ts";
import type { MergeCounts, Store, StoreWriter } from "./types.ts";
import { WriteAhead } from "./write_ahead.ts";

/** Where the state is, and what is kept of it. */
export interface StoreOptions {
  /** Absolute; its folder is there. */
  readonly path: string;
  /** Told when a file had to be set aside. */
  readonly log: Logger;
  /** How long a ban stays in the history; default 90 days. */
  readonly historySeconds?: number;
  /** Bans in the history at most; default 1,000,000, about 60 MB. */
  readonly mostHistory?: number;
}

/** Rows that one call of `tidy` takes away: about 5 ms. */
const TIDY_ROWS = 1000;

/** Unused pages that it gives back. */
const TIDY_PAGES = 1000;

/** Nobody's find time is longer. */
const FAILURE_LIFETIME_SECONDS = 366 * 86_400;

const DAY_SECONDS = 86_400;

/**
 * Opens or makes the state file.
 *
 * @returns the store, which the caller closes
 * @throws {StateInUseError} where another process has it open
 * @throws {Error} where no file can be had there
 */
export function openStore(options: StoreOptions): Store {
  const lock = lockState(options.path);
  try {
    const database = openDatabase(options.path, options.log);
    return new SqliteStore({ database, lock }, options);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #lock: Disposable;
  readonly #options: StoreOptions;
  readonly #writer: RowWriter;
  readonly #ahead: WriteAhead;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  constructor(
    { database, lock }: {
      readonly database: DatabaseSync;
      readonly lock: Disposable;
    },
    options: StoreOptions,
  ) {
    this.#database = database;
    this.#lock = lock;
    this.#options = options;
    this.#writer = new RowWriter(database);
    this.#ahead = new WriteAhead(database, options.path);
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
  }

  bans(nowSeconds: number): Iterable<StoredBan> {
    return new RowReader(this.#database).bans(nowSeconds);
  }

  counts(): Iterable<CountRow> {
    return new RowReader(this.#database).counts();
  }

  failures(): Iterable<FailureRow> {
    return new RowReader(this.#database).failures();
  }

  positions(): ReadonlyMap<string, readonly Position[]> {
    return new RowReader(this.#database).positions();
  }

  cursors(): ReadonlyMap<string, Cursor> {
    return new RowReader(this.#database).cursors();
  }

  historyOf(host: Network, most: number): readonly StoredBan[] {
    return new RowReader(this.#database).historyOf(host, most);
  }

  fill(write: (writer: StoreWriter) => void): void {
    this.#write(() => write(this.#writer));
  }

  outbox(): Iterable<OutboxRow> {
    return new RowReader(this.#database).outbox();
  }

  memories(): Iterable<MemoryRow> {
    return new RowReader(this.#database).memories();
  }

  commit(write: (writer: StoreWriter) => void): void {
    this.#transact(() => write(this.#writer));
  }

  merge(records: Iterable<StateRecord>): MergeCounts {
    const counts = new Map(
      RECORD_KINDS.map((kind) => [kind, { read: 0, taken: 0 }]),
    );
    this.#transact(() => {
      const merger = new RowMerger(this.#database);
      for (const record of records) {
        const count = counts.get(record.kind);
        const isTaken = merger.merge(record);
        if (count === undefined) continue;
        count.read++;
        if (isTaken) count.taken++;
      }
    });
    return counts;
  }

  #transact(write: () => void): void {
    this.#write(() => {
      write();
      this.#commit.run();
    });
    this.#ahead.noteCommit();
  }

  #write(write: () => void): void {
    if (!this.#database.isTransaction) this.#begin.run();
    try {
      write();
    } catch (error) {
      this.#writer.forget();
      this.#rollBack();
      throw error;
    }
  }

  tidy(nowSeconds: number): void {
    const { historySeconds = 90 * DAY_SECONDS, mostHistory = 1_000_000 } =
      this.#options;
    this.commit(() => {
      this.#run(
        `DELETE FROM ban WHERE (jail, host) IN
          (SELECT jail, host FROM ban WHERE end < ? LIMIT ${TIDY_ROWS})`,
        nowSeconds - DAY_SECONDS,
      );
      this.#run(
        `DELETE FROM failure WHERE (jail, host) IN
          (SELECT jail, host FROM failure WHERE newest < ? LIMIT ${TIDY_ROWS})`,
        Math.floor(nowSeconds - FAILURE_LIFETIME_SECONDS),
      );
      this.#run(
        `DELETE FROM history WHERE start < ?1
          AND id < (SELECT min(id) FROM history) + ${TIDY_ROWS}`,
        nowSeconds - historySeconds,
      );
      this.#run(
        `DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?1
          AND id < (SELECT min(id) FROM history) + ${TIDY_ROWS}`,
        mostHistory,
      );
    });
    freePages(this.#database, TIDY_PAGES);
  }

  get isSettling(): boolean {
    return this.#ahead.isSettling;
  }

  settle(): Promise<void> | undefined {
    return this.#ahead.settle();
  }

  settleNow(): void {
    this.#ahead.settleNow();
  }

  close(): void {
    using stack = new DisposableStack();
    stack.use(this.#lock);
    stack.defer(() => this.#ahead.close());
    stack.defer(() => this.#database.close());
    this.#ahead.letGo();
  }

  #run(sql: string, value: number): void {
    this.#database.prepare(sql).run(value);
  }

  /** SQLite has rolled back by itself where it could not write at all. */
  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }
}
