/**
 * The log ahead of the database: its pages come into the database, and nobody waits for the disk meanwhile.
 *
 * SQLite by itself would wait for both files while everything stands still: 5 to 30 ms, and 450 where others write much. So it
 * waits for neither (`synchronous = OFF`), and what it relies on is seen to here, in threads of the runtime:
 *
 * 1. The log is on the disk before a page of it is copied, so that a torn copy is made good from it.
 * 2. The copies are on the disk before the log is begun anew.
 * 3. It is cut off then, not written over: old pages among new ones could pass for a part of it.
 *
 * Nothing may be written from the first step to the last. Kills need none of this; it is for power cuts, after which the last
 * moments may be missing, and the rest is whole.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** A file that can be waited for; `Deno.FsFile` is one. */
export interface SyncedFile {
  syncData(): Promise<void>;
  syncDataSync(): void;
  close(): void;
}

/** Changes until the log is settled: pages at the most, of 4 KB, which are copied in 4-8 ms. */
const MOST_CHANGES = 1024;

/** What a commit writes besides its rows. */
const CHANGES_A_COMMIT = 2;

/** What the database is made of; SQLite's default. */
const PAGE_BYTES = 4096;

/** See the module. */
export class WriteAhead {
  readonly #database: DatabaseSync;
  readonly #totalChanges: StatementSync;
  readonly #copy: StatementSync;
  readonly #cutOff: StatementSync;
  readonly #openFiles: () => [log: SyncedFile, main: SyncedFile];
  /** Once open they stay so: closing a file gives up all locks that the process has on it. */
  #files: [log: SyncedFile, main: SyncedFile] | undefined;
  #settledChanges = 0;
  #commits = 0;
  #isSettling = false;
  /** Makes a settling that was overtaken end without a word. */
  #run = 0;

  /** @param open for tests */
  constructor(
    database: DatabaseSync,
    path: string,
    open: (path: string) => SyncedFile = (file) => Deno.openSync(file),
  ) {
    this.#database = database;
    this.#openFiles = () => [open(`${path}-wal`), open(path)];
    const prepare = (sql: string) => database.prepare(sql);
    this.#totalChanges = prepare("SELECT total_changes() AS n");
    this.#copy = prepare("PRAGMA wal_checkpoint(PASSIVE)");
    this.#cutOff = prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    // What a life left that was killed is to be settled, too.
    this.#settledChanges = this.#changes() - countPages(`${path}-wal`);
    database.exec("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0");
  }

  /** Whether nothing may be written now. */
  get isSettling(): boolean {
    return this.#isSettling;
  }

  /** A commit is done. */
  noteCommit(): void {
    this.#commits++;
  }

  /**
   * Takes the log in where it has grown.
   *
   * @returns when that is done, rejected with what the disk or SQLite says; undefined where there is nothing to do
   */
  settle(): Promise<void> | undefined {
    const changes = this.#changes();
    const written = changes - this.#settledChanges +
      CHANGES_A_COMMIT * this.#commits;
    if (written < MOST_CHANGES || this.#isSettling) return undefined;
    this.#settledChanges = changes;
    this.#commits = 0;
    return this.#settle();
  }

  /** Settles at once if it was settling, and waits for the disk. */
  settleNow(): void {
    if (!this.#isSettling || this.#files === undefined) return;
    this.#end();
    const [log, main] = this.#files;
    log.syncDataSync();
    if (!this.#isCopied()) return;
    main.syncDataSync();
    this.#cutOff.get();
  }

  /** Leaves the rest to SQLite, which waits for the disk when it closes the database. */
  letGo(): void {
    this.#end();
    if (!this.#database.isTransaction) {
      this.#database.exec("PRAGMA synchronous = NORMAL");
    }
  }

  /** Behind the end of the database. */
  close(): void {
    for (const file of this.#files ?? []) file.close();
    this.#files = undefined;
  }

  async #settle(): Promise<void> {
    const [log, main] = this.#files ??= this.#openFiles();
    const run = ++this.#run;
    this.#isSettling = true;
    try {
      await log.syncData();
      if (run !== this.#run || !this.#isCopied()) return;
      await main.syncData();
      if (run === this.#run) this.#cutOff.get();
    } catch (error) {
      if (run === this.#run) throw error;
    } finally {
      if (run === this.#run) this.#end();
    }
  }

  #end(): void {
    this.#run++;
    this.#isSettling = false;
  }

  /** @returns false where a reader needs pages as they were: they come with the next ones */
  #isCopied(): boolean {
    const { log, checkpointed } = this.#copy.get() ?? {};
    return log === checkpointed;
  }

  #changes(): number {
    return Number(this.#totalChanges.get()?.n);
  }
}

function countPages(path: string): number {
  try {
    return Math.floor(Deno.statSync(path).size / PAGE_BYTES);
  } catch {
    // There is none before the first commit.
    return 0;
  }
}
