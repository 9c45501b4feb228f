/**
 * The rows of fail2ban's SQLite database, as far as they are what they should be. The file is somebody else's: it may be
 * damaged, of another program, or made to hurt.
 *
 * @module
 */

import { DatabaseSync, type StatementSync } from "node:sqlite";

/** The newest schema that is known; fail2ban has had it since 0.10. */
const NEWEST_VERSION = 4;

/** What every database of SQLite begins with. */
const MAGIC = "SQLite format 3\0";

/** Where the header tells how it is journaled: 1 is a rollback journal, 2 a write-ahead log. */
const JOURNAL_AT = 18;

/** Longest jail name and id that are read. */
const LONGEST_TEXT = 256;

/** Longest data of a row that is looked into. */
const LONGEST_DATA = 1_000_000;

/** Times in seconds are taken up to the year 5138. */
const LATEST = 1e11;

/** Before all row ids. They have 64 bits, more than a number holds, and go to and fro as text. */
const FIRST_PLACE = -(2n ** 63n);

type SqlRow = Readonly<Record<string, unknown>>;

/** One ban, now or before. What is missing is null. */
export interface BanRow {
  readonly jail: string | null;
  readonly id: string | null;
  /** Seconds since 1970. */
  readonly startSeconds: number | null;
  /** -1: for ever; -2: not known, the jail decides. */
  readonly banTimeSeconds: number | null;
  readonly count: number | null;
  readonly failures: number | null;
}

/** A database that cannot be read at all. */
export class BanDatabaseError extends Error {
  override readonly name = "BanDatabaseError";
  /** The file. */
  readonly path: string;

  constructor(path: string, state: string, cause?: unknown) {
    super(`Cannot read bans from "${path}": ${state}`, { cause });
    this.path = path;
  }
}

/** An open database; nothing is written, also beside it. */
export class BanRows implements Disposable {
  /** Of the schema, 1 to 4. */
  readonly version: number;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #query: string;

  /** @throws {BanDatabaseError} when it is no database of fail2ban's, or cannot be read without writing */
  constructor(path: string) {
    this.#path = path;
    checkFile(path);
    this.#database = open(path);
    try {
      this.version = this.#readVersion();
      this.#query = this.#makeQuery();
    } catch (error) {
      this.#database.close();
      throw error instanceof BanDatabaseError
        ? error
        : new BanDatabaseError(path, describe(error), error);
    }
  }

  /**
   * Reads row by row: the runtime's own iterator ends without a word where the file is damaged.
   *
   * @throws {BanDatabaseError} where the file is damaged; the rows before were good
   */
  *read(): Generator<BanRow> {
    const statement = this.#database.prepare(this.#query);
    let place = FIRST_PLACE;
    for (;;) {
      const row = this.#next(statement, place);
      if (row === undefined) return;
      const next = BigInt(String(row.place));
      // In a damaged file a row may lie before the one that it follows, and we would go round for ever.
      if (next <= place) throw this.#refuse("its rows are out of order");
      place = next;
      yield toBanRow(row);
    }
  }

  #next(statement: StatementSync, place: bigint): SqlRow | undefined {
    try {
      return statement.get(String(place));
    } catch (error) {
      throw new BanDatabaseError(this.#path, describe(error), error);
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #readVersion(): number {
    if (!this.#columns("fail2banDb").has("version")) {
      throw this.#refuse("it is a database, but not fail2ban's");
    }
    const row = this.#database.prepare(
      `SELECT ${number("version")} AS version FROM fail2banDb LIMIT 1`,
    ).get();
    const version = toNumber(row?.version);
    if (version === null || !Number.isInteger(version) || version < 1) {
      throw this.#refuse("it does not tell its version");
    }
    if (version > NEWEST_VERSION) {
      throw this.#refuse(
        `it has version ${version}, expected ${NEWEST_VERSION} or older`,
      );
    }
    return version;
  }

  /** The columns decide, not the version: an upgrade of fail2ban's may have been cut short. */
  #makeQuery(): string {
    const latest = this.#columns("bips");
    const table = latest.size > 0 ? "bips" : "bans";
    const columns = latest.size > 0 ? latest : this.#columns("bans");
    for (const name of ["jail", "ip", "timeofban"]) {
      if (columns.has(name)) continue;
      throw this.#refuse(`its table ${table} has no column ${name}`);
    }
    const known = (name: string, otherwise: number) =>
      columns.has(name) ? number(name) : String(otherwise);
    return `SELECT CAST(rowid AS TEXT) AS place, ${text("jail")} AS jail, ${
      text("ip")
    } AS id, ${number("timeofban")} AS start, ${
      known("bantime", -2)
    } AS length, ${known("bancount", 1)} AS count, ${
      columns.has("data") ? FAILURES : "NULL"
    } AS failures FROM ${table} WHERE rowid > CAST(? AS INTEGER) ORDER BY rowid LIMIT 1`;
  }

  /** Of a true table: a view, a virtual table or a generated column would run what somebody else wrote. */
  #columns(table: string): Set<string> {
    const names = this.#database.prepare(
      "SELECT x.name FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS x " +
        "WHERE t.name = ? AND t.type = 'table' AND t.rootpage > 0 AND x.hidden = 0",
    ).all(table);
    return new Set(names.map(({ name }) => String(name)));
  }

  #refuse(state: string): BanDatabaseError {
    return new BanDatabaseError(this.#path, state);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A write-ahead log cannot be read without making files beside it. fail2ban never leaves one, nor a journal. */
function checkFile(path: string): void {
  const header = readHeader(path);
  if (new TextDecoder().decode(header.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new BanDatabaseError(path, "it is no SQLite database");
  }
  if (header[JOURNAL_AT] !== 1 || isThere(`${path}-journal`)) {
    throw new BanDatabaseError(
      path,
      "another program has changed it and did not finish, expected it as fail2ban leaves it: start and stop fail2ban once",
    );
  }
}

function readHeader(path: string): Uint8Array {
  try {
    if (!Deno.statSync(path).isFile) throw new TypeError("it is no plain file");
    using file = Deno.openSync(path);
    const header = new Uint8Array(100);
    return header.subarray(0, file.readSync(header) ?? 0);
  } catch (error) {
    throw new BanDatabaseError(path, describeOpenError(error), error);
  }
}

function describeOpenError(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is none";
  if (error instanceof Deno.errors.NotCapable) {
    return "the program may not read there";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return describe(error);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function open(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
    return database;
  } catch (error) {
    throw new BanDatabaseError(path, describe(error), error);
  }
}

/** A text that is not too long, else null. What stands behind a NUL would be lost on the way. */
function text(column: string): string {
  return `CASE WHEN typeof(${column}) = 'text' AND octet_length(${column}) <= ${LONGEST_TEXT} AND instr(CAST(${column} AS BLOB), x'00') = 0 THEN ${column} END`;
}

/** A number that a double holds exactly enough, else null. */
function number(column: string): string {
  return `CASE WHEN typeof(${column}) IN ('integer', 'real') AND ${column} BETWEEN -${LATEST} AND ${LATEST} THEN CAST(${column} AS REAL) END`;
}

/** The data is JSON, kept as text or as bytes. */
const FAILURES =
  `CASE WHEN octet_length(data) <= ${LONGEST_DATA} AND json_valid(CAST(data AS TEXT)) THEN CAST(json_extract(CAST(data AS TEXT), '$.failures') AS REAL) END`;

function toBanRow(row: SqlRow): BanRow {
  return {
    jail: toText(row.jail),
    id: toText(row.id),
    startSeconds: toNumber(row.start),
    banTimeSeconds: toNumber(row.length),
    count: toNumber(row.count),
    failures: toNumber(row.failures),
  };
}

function toText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function toNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
