/**
 * Opens the database file, whatever is there.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { Logger } from "../util/log.ts";
import {
  findFlaw,
  type Flaw,
  readVersion,
  UnusableDatabaseError,
} from "./identify_database.ts";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./schema.ts";

/** How long a commit waits for another program that writes: `import --bans`, a backup. */
const BUSY_MS = 50;

/**
 * WAL: a reader never keeps us from writing, and a commit is a write without a wait for the disk. After the process is
 * killed all that was committed is there; after a power cut it may lack the last moments, and is whole.
 *
 * The cache holds the better part of the failures of one jail with 65,536 hosts, which come and go in the order of their
 * hash. 20,000 changes of them take 120 ms; with a cache of 512 KB 210 ms, with 4 MB 80 ms and 2 MB more of memory.
 */
const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA journal_size_limit = 1048576;
  PRAGMA cache_size = -2048;
  PRAGMA temp_store = MEMORY;
`;

/**
 * Opens or makes a database of ours. A file that is damaged, newer or another program's is set aside under a dated name.
 *
 * @param path absolute; its folder is there
 * @throws {Error} what SQLite or the system says, where no database can be used there
 */
export function openDatabase(path: string, log: Logger): DatabaseSync {
  try {
    return tryOpen(path);
  } catch (error) {
    const flaw = findFlaw(error);
    if (flaw === undefined) return openAlone(path, error);
    const aside = setAside(path, flaw);
    log.error("Cannot use state database, begin a new one", {
      path,
      reason: error instanceof Error ? error.message : String(error),
      aside,
    });
    return tryOpen(path);
  }
}

/**
 * On a full disk there is no room for the files that SQLite shares with readers, but what is stored can be read without them.
 *
 * @throws {unknown} `error`, where that is not the reason
 */
function openAlone(path: string, error: unknown): DatabaseSync {
  try {
    return tryOpen(path, "PRAGMA locking_mode = EXCLUSIVE");
  } catch {
    throw error;
  }
}

function tryOpen(path: string, first = ""): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec(first);
    const version = readVersion(database);
    requireWhole(database);
    // Only before the first table is made; later it would write the same again, and on a full disk not open at all.
    if (version === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec(SETTINGS);
    if (version < SCHEMA_VERSION) migrate(database, version);
    // Who was banned when is nobody else's business; SQLite gives its other files the same mode.
    Deno.chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** 30 MB take about 50 ms: as long as nobody waits for a ban. */
function requireWhole(database: DatabaseSync): void {
  const result = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (result !== "ok") {
    throw new UnusableDatabaseError(String(result), "corrupt");
  }
}

function migrate(database: DatabaseSync, from: number): void {
  database.exec("BEGIN IMMEDIATE");
  for (const step of MIGRATIONS.slice(from)) database.exec(step);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  database.exec("COMMIT");
}

/** @returns the new name */
function setAside(path: string, flaw: Flaw): string {
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const aside = `${path}.${flaw}-${stamp}`;
  Deno.renameSync(path, aside);
  for (const suffix of ["-wal", "-shm"]) {
    try {
      Deno.renameSync(path + suffix, aside + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return aside;
}
