/**
 * Writes what another state knows into this one: of two rows for the same jail and host, the one that says more stays.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { MemoryRow } from "../act/delivery/types.ts";
import type { CountRow, FailureRow, StoredBan } from "../track/types.ts";
import { toHostBytes } from "./host_bytes.ts";
import { JailIds } from "./jail_ids.ts";
import { toBanValues, toEnd, toTimesBytes } from "./row_values.ts";
import type { JailCursor, PathPositions, StateRecord } from "./state_record.ts";

/** The longer ban wins. */
const BAN = `
  INSERT INTO ban (jail, host, start, end, count, failures)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (jail, host) DO UPDATE
      SET start = excluded.start, end = excluded.end,
        count = excluded.count, failures = excluded.failures
      WHERE coalesce(excluded.end, 9e999) > coalesce(ban.end, 9e999)`;

/** The higher count wins, with the end of its last ban. */
const COUNT = `
  INSERT INTO ban_count (jail, host, count, until) VALUES (?, ?, ?, ?)
    ON CONFLICT (jail, host) DO UPDATE
      SET count = excluded.count, until = excluded.until
      WHERE excluded.count > ban_count.count`;

/** Whoever knows the latest failure wins; both together would count the same failure twice. */
const FAILURES = `
  INSERT INTO failure (jail, host, newest, times) VALUES (?, ?, ?, ?)
    ON CONFLICT (jail, host) DO UPDATE
      SET newest = excluded.newest, times = excluded.times
      WHERE (excluded.newest, length(excluded.times)) >
        (failure.newest, length(failure.times))`;

/** Whoever has read further wins. */
const CURSOR = `
  INSERT INTO cursor (jail, cursor, time) VALUES (?, ?, ?)
    ON CONFLICT (jail) DO UPDATE
      SET cursor = excluded.cursor, time = excluded.time
      WHERE excluded.time > cursor.time`;

/** A message of the same id is the same message. */
const MESSAGE = `
  INSERT OR IGNORE INTO outbox
    (jail, host, start, end, count, failures, action, id, method)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** What an action remembers here is of later than what it remembered elsewhere. */
const MEMORY = "INSERT OR IGNORE INTO memory (action, memory) VALUES (?, ?)";

const HISTORY = `
  INSERT INTO history (jail, host, start, end, count, failures)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (
      SELECT 1 FROM history WHERE host = ?2 AND jail = ?1 AND start = ?3)`;

/** Keeps its statements prepared. */
export class RowMerger {
  readonly #jails: JailIds;
  readonly #ban: StatementSync;
  readonly #count: StatementSync;
  readonly #failures: StatementSync;
  readonly #findPath: StatementSync;
  readonly #position: StatementSync;
  readonly #cursor: StatementSync;
  readonly #message: StatementSync;
  readonly #memory: StatementSync;
  readonly #history: StatementSync;

  /** Writes into the transaction that is open when `merge` is called. */
  constructor(database: DatabaseSync) {
    this.#jails = new JailIds(database);
    this.#ban = database.prepare(BAN);
    this.#count = database.prepare(COUNT);
    this.#failures = database.prepare(FAILURES);
    this.#findPath = database.prepare("SELECT 1 FROM position WHERE path = ?");
    this.#position = database.prepare(
      "INSERT INTO position (path, place, device, inode, offset, head) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#cursor = database.prepare(CURSOR);
    this.#message = database.prepare(MESSAGE);
    this.#memory = database.prepare(MEMORY);
    this.#history = database.prepare(HISTORY);
  }

  /** @returns whether the state says something now that it did not say before */
  merge(record: StateRecord): boolean {
    switch (record.kind) {
      case "ban":
        return this.#putBan(this.#ban, record.ban);
      case "count":
        return this.#putCount(record.count);
      case "failures":
        return this.#putFailures(record.failures);
      case "position":
        return this.#putPositions(record.position);
      case "cursor":
        return this.#putCursor(record.cursor);
      case "message": {
        const { action, id, method, ban } = record.message;
        return this.#putBan(this.#message, ban, [action, id, method]);
      }
      case "memory":
        return this.#putMemory(record.memory);
      case "history":
        return this.#putBan(this.#history, record.ban);
    }
  }

  #putBan(
    statement: StatementSync,
    ban: StoredBan,
    more: readonly (string | number)[] = [],
  ): boolean {
    const values = toBanValues(ban, this.#jails.need(ban.jail));
    return statement.run(...values, ...more).changes > 0;
  }

  #putCount(row: CountRow): boolean {
    const { jail, host, count, untilSeconds = Infinity } = row;
    const { changes } = this.#count.run(
      this.#jails.need(jail),
      toHostBytes(host),
      count,
      toEnd(untilSeconds),
    );
    return changes > 0;
  }

  #putFailures({ jail, host, times }: FailureRow): boolean {
    const { changes } = this.#failures.run(
      this.#jails.need(jail),
      toHostBytes(host),
      times.at(-1) ?? 0,
      toTimesBytes(times),
    );
    return changes > 0;
  }

  #putCursor({ jail, cursor, timeSeconds }: JailCursor): boolean {
    return this.#cursor.run(jail, cursor, timeSeconds).changes > 0;
  }

  #putMemory({ action, memory }: MemoryRow): boolean {
    return this.#memory.run(action, JSON.stringify(memory)).changes > 0;
  }

  /** A log that is known here has been read on since. */
  #putPositions({ path, files }: PathPositions): boolean {
    if (this.#findPath.get(path) !== undefined) return false;
    files.forEach(({ device, inode, offset, head }, place) =>
      this.#position.run(path, place, device, inode, offset, head)
    );
    return files.length > 0;
  }
}
