/**
 * Reads a state beside the daemon that writes it.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { readVersion, UnusableDatabaseError } from "./identify_database.ts";
import { RowReader } from "./row_reader.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import type { StateRecord } from "./state_record.ts";

/**
 * Opens a state for reading; nothing is migrated, repaired or set aside.
 *
 * @param path of a file that is there
 * @returns the open database
 * @throws {Error} what SQLite says
 */
export function openForReading(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: 1000 });
}

/**
 * Gives all that a state holds as it is at one instant, whatever the daemon writes meanwhile.
 *
 * @param path of a file that is there
 * @throws {UnusableDatabaseError} where it is not ours, or of another version
 * @throws {Error} what SQLite says
 */
export function* readState(path: string): Generator<StateRecord> {
  const database = openForReading(path);
  try {
    database.exec("BEGIN");
    requireCurrent(database);
    yield* readRecords(new RowReader(database));
  } finally {
    database.close();
  }
}

function* readRecords(reader: RowReader): Generator<StateRecord> {
  for (const ban of reader.bans(-Infinity)) yield { kind: "ban", ban };
  for (const count of reader.counts()) yield { kind: "count", count };
  for (const failures of reader.failures()) {
    yield { kind: "failures", failures };
  }
  for (const [path, files] of reader.positions()) {
    yield { kind: "position", position: { path, files } };
  }
  for (const [jail, cursor] of reader.cursors()) {
    yield { kind: "cursor", cursor: { jail, ...cursor } };
  }
  for (const message of reader.outbox()) yield { kind: "message", message };
  for (const memory of reader.memories()) yield { kind: "memory", memory };
  for (const ban of reader.history()) yield { kind: "history", ban };
}

function requireCurrent(database: DatabaseSync): void {
  const version = readVersion(database);
  if (version === SCHEMA_VERSION) return;
  throw new UnusableDatabaseError(
    `it has version ${version}, expected ${SCHEMA_VERSION}, which the next start of the daemon makes of it`,
    "foreign",
  );
}
