/**
 * Reads rows back, a page at a time.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import type { MemoryRow, OutboxRow } from "../act/delivery/types.ts";
import type { Cursor, Position } from "../source/types.ts";
import type { CountRow, FailureRow, StoredBan } from "../track/types.ts";
import type { Network } from "../util/address.ts";
import { fromHostText, toHostBytes } from "./host_bytes.ts";
import { fromEnd, fromTimesBytes } from "./row_values.ts";

/**
 * Rows that are read at once. As arrays in pages 100,000 bans take 0.1 s, one by one as objects 0.3-0.5 s, and all at once
 * they would take 20 MB. Of larger pages the collector copies what is only read once: with 4,096 rows a start takes 0.2 s
 * more.
 */
const PAGE_ROWS = 1024;

type Row = readonly unknown[];

/** A statement whose rows are arrays; Deno's types do not know of them yet. */
interface ArrayStatement {
  setReturnArrays(isWanted: boolean): void;
  all(...values: readonly unknown[]): readonly Row[];
}

/** Gives rows of the database to those who take them over. */
export class RowReader {
  readonly #database: DatabaseSync;
  readonly #names = new Map<unknown, string>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    for (const [id, name] of this.#all("SELECT id, name FROM jail")) {
      this.#names.set(id, String(name));
    }
  }

  /** @returns bans whose end is after `nowSeconds` */
  *bans(nowSeconds: number): Generator<StoredBan> {
    const columns = "start, end, count, failures";
    for (const rows of this.#pages("ban", columns)) {
      for (const row of rows) {
        const ban = this.#readBan(row);
        if (ban !== undefined && ban.endSeconds > nowSeconds) yield ban;
      }
    }
  }

  /** @returns how often hosts were banned */
  *counts(): Generator<CountRow> {
    for (const rows of this.#pages("ban_count", "count, until")) {
      for (const row of rows) {
        const count = this.#readCount(row);
        if (count !== undefined) yield count;
      }
    }
  }

  /** @returns failures, the host that failed longest ago first */
  *failures(): Generator<FailureRow> {
    const rows = this.#all(
      "SELECT jail, hex(host), times FROM failure ORDER BY newest",
    );
    for (const row of rows) {
      const key = this.#readKey(row);
      const times = fromTimesBytes(row[2]);
      if (key !== undefined && times !== undefined) yield { ...key, times };
    }
  }

  /** @returns places in logs, by path */
  positions(): ReadonlyMap<string, readonly Position[]> {
    const byPath = new Map<string, Position[]>();
    const rows = this.#all(
      "SELECT path, device, inode, offset, head FROM position ORDER BY path, place",
    );
    for (const [path, device, inode, offset, head] of rows) {
      if (!(head instanceof Uint8Array)) continue;
      const positions = byPath.get(String(path)) ?? [];
      byPath.set(String(path), positions);
      positions.push({
        device: Number(device),
        inode: Number(inode),
        offset: Number(offset),
        head,
      });
    }
    return byPath;
  }

  /** @returns bans of the past and the present, in the order in which they were made */
  *history(): Generator<StoredBan> {
    const statement = this.#prepare(
      `SELECT jail, hex(host), start, end, count, failures, id FROM history
        WHERE id > ? ORDER BY id LIMIT ${PAGE_ROWS}`,
    );
    for (let rows = statement.all(0); rows.length > 0;) {
      for (const row of rows) {
        const ban = this.#readBan(row);
        if (ban !== undefined) yield ban;
      }
      rows = statement.all(rows.at(-1)?.[6]);
    }
  }

  /** @returns the last bans of one host or network, the newest first */
  historyOf(host: Network, most: number): readonly StoredBan[] {
    const statement = this.#prepare(
      `SELECT jail, hex(host), start, end, count, failures FROM history
        WHERE host = ? ORDER BY id DESC LIMIT ?`,
    );
    return statement.all(toHostBytes(host), most)
      .map((row) => this.#readBan(row))
      .filter((ban) => ban !== undefined);
  }

  /** @returns where the journal was read to */
  cursors(): ReadonlyMap<string, Cursor> {
    const rows = this.#all("SELECT jail, cursor, time FROM cursor");
    return new Map(rows.map(([jail, cursor, time]) => [
      String(jail),
      { cursor: String(cursor), timeSeconds: Number(time) },
    ]));
  }

  /** @returns what actions are still to be told, for each in the order of its messages */
  *outbox(): Generator<OutboxRow> {
    const statement = this.#prepare(
      `SELECT jail, hex(host), start, end, count, failures, action, id, method
        FROM outbox WHERE (action, id) > (?, ?)
        ORDER BY action, id LIMIT ${PAGE_ROWS}`,
    );
    for (let rows = statement.all("", 0); rows.length > 0;) {
      for (const row of rows) {
        const ban = this.#readBan(row);
        const [, , , , , , action, id, method] = row;
        if (ban === undefined || !isMethod(method)) continue;
        yield { action: String(action), id: Number(id), method, ban };
      }
      const last = rows.at(-1);
      rows = statement.all(last?.[6], last?.[7]);
    }
  }

  /** @returns what actions remember; what is no JSON counts as forgotten */
  *memories(): Generator<MemoryRow> {
    const rows = this.#all(
      "SELECT action, memory FROM memory WHERE json_valid(memory)",
    );
    for (const [action, memory] of rows) {
      yield { action: String(action), memory: JSON.parse(String(memory)) };
    }
  }

  #all(sql: string): readonly Row[] {
    return this.#prepare(sql).all();
  }

  #prepare(sql: string): ArrayStatement {
    const statement = this.#database.prepare(sql) as unknown as ArrayStatement;
    statement.setReturnArrays(true);
    return statement;
  }

  /** Goes through a table in the order of its key. */
  *#pages(table: string, columns: string): Generator<readonly Row[]> {
    const statement = this.#prepare(
      `SELECT jail, hex(host), ${columns} FROM ${table}
        WHERE (jail, host) > (?, unhex(?))
        ORDER BY jail, host LIMIT ${PAGE_ROWS}`,
    );
    let [jail, host]: Row = [0, ""];
    for (;;) {
      const rows = statement.all(jail, host);
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      [jail, host] = last;
    }
  }

  #readBan(row: Row): StoredBan | undefined {
    const key = this.#readKey(row);
    return key && {
      jail: key.jail,
      host: key.host,
      startSeconds: Number(row[2]),
      endSeconds: fromEnd(row[3]),
      count: Number(row[4]),
      failures: Number(row[5]),
    };
  }

  #readCount(row: Row): CountRow | undefined {
    const key = this.#readKey(row);
    return key && {
      jail: key.jail,
      host: key.host,
      count: Number(row[2]),
      untilSeconds: fromEnd(row[3]),
    };
  }

  #readKey([id, key]: Row) {
    const jail = this.#names.get(id);
    const host = fromHostText(key);
    return jail === undefined || host === undefined
      ? undefined
      : { jail, host };
  }
}

function isMethod(value: unknown): value is OutboxRow["method"] {
  return value === "ban" || value === "unban";
}
