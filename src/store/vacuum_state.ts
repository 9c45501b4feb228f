/**
 * Gives back what a state does not use any more.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { freePages } from "./free_pages.ts";
import { readVersion } from "./identify_database.ts";
import { lockState } from "./state_lock.ts";

/** Bytes of the file. */
export interface VacuumOutcome {
  readonly before: number;
  readonly after: number;
}

/**
 * Cuts off the pages that nothing is in. Not by `VACUUM`, which attaches a second database: Deno allows that to programs
 * only that may read and write everywhere.
 *
 * @param path of a file that is there
 * @throws {StateInUseError} where a daemon has it open
 * @throws {UnusableDatabaseError} where it is not ours
 * @throws {Error} what SQLite says; the file is as it was then
 */
export function vacuumState(path: string): VacuumOutcome {
  using _lock = lockState(path);
  const before = Deno.statSync(path).size;
  {
    using database = new DatabaseSync(path);
    readVersion(database);
    freePages(database);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  return { before, after: Deno.statSync(path).size };
}
