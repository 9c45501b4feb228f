/**
 * Writes rows into the open transaction.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Cursor, Position } from "../source/types.ts";
import type {
  Ban,
  CountRow,
  Decision,
  FailureRow,
  RowSink,
} from "../track/types.ts";
import { toHostBytes } from "./host_bytes.ts";
import type { OutboxSink } from "../act/delivery/types.ts";
import { JailIds } from "./jail_ids.ts";
import { OutboxWriter } from "./outbox_writer.ts";
import { toEnd, toTimesBytes } from "./row_values.ts";
import type { StoreWriter } from "./types.ts";

/** Keeps its statements prepared: a row takes 3-6 µs. */
export class RowWriter implements StoreWriter {
  readonly bans: RowSink<Ban>;
  readonly counts: RowSink<CountRow>;
  readonly failures: RowSink<FailureRow>;
  readonly outbox: OutboxSink;
  readonly #jails: JailIds;
  readonly #deletePositions: StatementSync;
  readonly #insertPosition: StatementSync;
  readonly #deleteCursor: StatementSync;
  readonly #putCursor: StatementSync;
  readonly #insertHistory: StatementSync;
  readonly #endHistory: StatementSync;

  constructor(database: DatabaseSync) {
    const jails = this.#jails = new JailIds(database);
    const table = (name: string, columns: string) =>
      new Table(database, { jails, name, columns });
    const bans = table("ban", "start, end, count, failures");
    const counts = table("ban_count", "count, until");
    const failures = table("failure", "newest, times");
    this.bans = bans.sink((ban) => [ban, [
      ban.startSeconds,
      toEnd(ban.endSeconds),
      ban.count,
      ban.failures,
    ]]);
    this.counts = counts.sink(({ host, count, untilSeconds = Infinity }) => [
      host,
      [count, toEnd(untilSeconds)],
    ]);
    this.failures = failures.sink(({ host, times }) => [host, [
      times.at(-1) ?? 0,
      toTimesBytes(times),
    ]]);
    this.outbox = new OutboxWriter(database, jails);
    this.#deletePositions = database.prepare(
      "DELETE FROM position WHERE path = ?",
    );
    this.#insertPosition = database.prepare(
      "INSERT INTO position VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#deleteCursor = database.prepare("DELETE FROM cursor WHERE jail = ?");
    this.#putCursor = database.prepare(
      "INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)",
    );
    this.#insertHistory = database.prepare(
      "INSERT INTO history (jail, host, start, end, count, failures) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#endHistory = database.prepare(
      `UPDATE history SET end = ?3 WHERE id =
        (SELECT max(id) FROM history WHERE jail = ?1 AND host = ?2)`,
    );
  }

  putPositions(path: string, positions: readonly Position[]): void {
    this.#deletePositions.run(path);
    positions.forEach(({ device, inode, offset, head }, place) =>
      this.#insertPosition.run(path, place, device, inode, offset, head)
    );
  }

  putCursor(jail: string, cursor: Cursor | undefined): void {
    if (cursor === undefined) this.#deleteCursor.run(jail);
    else this.#putCursor.run(jail, cursor.cursor, cursor.timeSeconds);
  }

  addHistory({ kind, ban, ...decision }: Decision): void {
    const jail = this.#jails.need(ban.jail);
    const host = toHostBytes(ban);
    const { startSeconds, endSeconds, count, failures } = ban;
    if (kind === "ban") {
      const end = toEnd(endSeconds);
      this.#insertHistory.run(jail, host, startSeconds, end, count, failures);
    } else if (kind === "extend") {
      this.#endHistory.run(jail, host, toEnd(endSeconds));
    } else if (!("reason" in decision) || decision.reason !== "expired") {
      this.#endHistory.run(jail, host, Date.now() / 1000);
    }
  }

  /** What was written last was taken back. */
  forget(): void {
    this.#jails.forget();
  }
}

type Value = number | null | Uint8Array;

/** One table whose rows are told apart by jail and host. */
class Table {
  readonly #jails: JailIds;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #clear: StatementSync;

  constructor(
    database: DatabaseSync,
    { jails, name, columns }: {
      readonly jails: JailIds;
      readonly name: string;
      readonly columns: string;
    },
  ) {
    this.#jails = jails;
    const values = columns.replaceAll(/\w+/g, "?");
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO ${name} (jail, host, ${columns}) VALUES (?, ?, ${values})`,
    );
    this.#remove = database.prepare(
      `DELETE FROM ${name} WHERE jail = ? AND host = ?`,
    );
    this.#clear = database.prepare(`DELETE FROM ${name} WHERE jail = ?`);
  }

  /** @param read splits a row into its host and its columns */
  sink<Row extends { readonly jail: string }>(
    read: (row: Row) => [Pick<Ban, "words" | "prefix">, readonly Value[]],
  ): RowSink<Row> {
    return {
      clear: (jails) => {
        for (const jail of jails) this.#clear.run(this.#jails.need(jail));
      },
      put: (row) => {
        const [host, values] = read(row);
        const jail = this.#jails.need(row.jail);
        this.#put.run(jail, toHostBytes(host), ...values);
      },
      remove: (jail, host) => {
        this.#remove.run(this.#jails.need(jail), toHostBytes(host));
      },
    };
  }
}
