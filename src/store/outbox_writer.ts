/**
 * Writes what actions are to be told, and what they remember, into the open transaction.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type {
  MemoryRow,
  OutboxRow,
  OutboxSink,
} from "../act/delivery/types.ts";
import type { JailIds } from "./jail_ids.ts";
import { toBanValues } from "./row_values.ts";

/** Keeps its statements prepared. */
export class OutboxWriter implements OutboxSink {
  readonly #jails: JailIds;
  readonly #clear: readonly StatementSync[];
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #putMemory: StatementSync;
  readonly #removeMemory: StatementSync;

  constructor(database: DatabaseSync, jails: JailIds) {
    this.#jails = jails;
    this.#clear = [
      database.prepare("DELETE FROM outbox"),
      database.prepare("DELETE FROM memory"),
    ];
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO outbox
        (jail, host, start, end, count, failures, action, id, method)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#remove = database.prepare(
      "DELETE FROM outbox WHERE action = ? AND id = ?",
    );
    this.#putMemory = database.prepare(
      "INSERT OR REPLACE INTO memory (action, memory) VALUES (?, ?)",
    );
    this.#removeMemory = database.prepare(
      "DELETE FROM memory WHERE action = ?",
    );
  }

  clear(): void {
    for (const statement of this.#clear) statement.run();
  }

  put({ action, id, method, ban }: OutboxRow): void {
    const values = toBanValues(ban, this.#jails.need(ban.jail));
    this.#put.run(...values, action, id, method);
  }

  remove({ action, id }: Pick<OutboxRow, "action" | "id">): void {
    this.#remove.run(action, id);
  }

  putMemory({ action, memory }: MemoryRow): void {
    this.#putMemory.run(action, JSON.stringify(memory));
  }

  removeMemory(action: string): void {
    this.#removeMemory.run(action);
  }
}
