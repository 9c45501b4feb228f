/**
 * Tells whether a database is ours, of which version, and what is wrong with one that cannot be used.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.ts";

/** Why a file cannot be gone on with, as a part of the name that it gets. */
export type Flaw = "corrupt" | "newer" | "foreign";

/** Thrown for a file that SQLite can read and we cannot. */
export class UnusableDatabaseError extends Error {
  override readonly name = "UnusableDatabaseError";
  /** What is wrong with it. */
  readonly flaw: Flaw;

  /** @param message what is wrong, as the end of a sentence */
  constructor(message: string, flaw: Flaw) {
    super(message);
    this.flaw = flaw;
  }
}

/**
 * Reads whose database it is.
 *
 * @returns the version of its tables; 0 where nothing is in it
 * @throws {UnusableDatabaseError} where it is not ours, or newer than this program
 */
export function readVersion(database: DatabaseSync): number {
  const id = readPragma(database, "application_id");
  const version = readPragma(database, "user_version");
  const objects = database.prepare("SELECT count(*) AS n FROM sqlite_schema");
  if (id === 0 && version === 0 && objects.get()?.n === 0) return 0;
  if (id !== APPLICATION_ID) {
    throw new UnusableDatabaseError("it is another program's", "foreign");
  }
  if (version > SCHEMA_VERSION) {
    throw new UnusableDatabaseError(
      `it has version ${version}, expected at most ${SCHEMA_VERSION}`,
      "newer",
    );
  }
  return version;
}

function readPragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}

/** SQLITE_CORRUPT and SQLITE_NOTADB; see https://www.sqlite.org/rescode.html. */
const DAMAGE = new Set([11, 26]);

/** @returns what an error says of the file; undefined where the file is not at fault */
export function findFlaw(error: unknown): Flaw | undefined {
  if (error instanceof UnusableDatabaseError) return error.flaw;
  const code = (error as { errcode?: number }).errcode ?? -1;
  return DAMAGE.has(code & 0xff) ? "corrupt" : undefined;
}
