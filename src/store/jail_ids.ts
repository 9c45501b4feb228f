/**
 * Jails as rows name them.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Numbers of jails, which rows bear instead of names. */
export class JailIds {
  readonly #ids = new Map<string, number>();
  readonly #insert: StatementSync;
  readonly #find: StatementSync;

  /** Reads and adds them there. */
  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      "INSERT OR IGNORE INTO jail (name) VALUES (?)",
    );
    this.#find = database.prepare("SELECT id FROM jail WHERE name = ?");
  }

  /** @returns the number of a jail, a new one where it had none */
  need(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#insert.run(name);
    const id = Number(this.#find.get(name)?.id);
    this.#ids.set(name, id);
    return id;
  }

  /** What was added last was taken back. */
  forget(): void {
    this.#ids.clear();
  }
}
