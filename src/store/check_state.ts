/**
 * Looks whether a state can be what a daemon wrote: SQLite's own structure, and what our rows must keep to.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { formatNetwork, maskWords } from "../util/address.ts";
import { isActionName } from "../util/action_name.ts";
import { isJailName } from "../util/jail_name.ts";
import { fromHostBytes } from "./host_bytes.ts";
import { findFlaw, readVersion } from "./identify_database.ts";
import { fromTimesBytes } from "./row_values.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { openForReading } from "./state_reader.ts";

/** What was found. */
export interface StateReport {
  /** Of the tables; absent where it is not known. */
  readonly version?: number;
  /** Rows by table; empty where the tables cannot be read, or are of an older version. */
  readonly rows: Readonly<Record<string, number>>;
  readonly problems: readonly StateProblem[];
}

/** Something that no daemon writes. */
export interface StateProblem {
  /** A table of ours, or `file`. */
  readonly table: string;
  /** `end before their start` */
  readonly what: string;
  /** How many rows have it; absent for the file. */
  readonly rows?: number;
  /** The first of them. */
  readonly example?: string;
}

/** What must not be: a condition of SQL, and what it is called. */
interface Rule {
  readonly table: string;
  readonly what: string;
  readonly where: string;
  /** An expression that tells the row to a person. */
  readonly example: string;
}

/** Damage that SQLite tells of at most. */
const MOST_DAMAGE = 20;

const TABLES = [
  "jail",
  "ban",
  "ban_count",
  "failure",
  "position",
  "cursor",
  "outbox",
  "memory",
  "history",
] as const;

/** Each has a jail and a host. */
const HOST_TABLES = [
  "ban",
  "ban_count",
  "failure",
  "outbox",
  "history",
] as const;

const HOST = "show_host(host)";

const RULES: readonly Rule[] = [
  {
    table: "jail",
    what: "have a name that no jail can have",
    where: "NOT is_jail(name)",
    example: "name",
  },
  ...HOST_TABLES.flatMap((table): readonly Rule[] => [
    {
      table,
      what: "have an impossible host",
      where: "NOT is_host(host)",
      example: HOST,
    },
    {
      table,
      what: "belong to a jail without a name",
      where: "jail NOT IN (SELECT id FROM jail)",
      example: HOST,
    },
  ]),
  ...["ban", "ban_count", "outbox", "history"].map((table): Rule => ({
    table,
    what: "count less than one ban",
    where: "count < 1",
    example: HOST,
  })),
  {
    table: "ban",
    what: "end before they begin",
    where: "end <= start",
    example: HOST,
  },
  ...["ban", "outbox", "history"].map((table): Rule => ({
    table,
    what: "have an impossible time or number of failures",
    where: "start < 0 OR end < 0 OR failures < 0",
    example: HOST,
  })),
  {
    table: "failure",
    what: "have impossible times",
    where: "NOT is_times(times, newest)",
    example: HOST,
  },
  {
    table: "position",
    what: "have an impossible place",
    where: "path = '' OR device < 0 OR inode < 0 OR offset < 0",
    example: "path",
  },
  {
    table: "position",
    what: "lack the file before",
    where:
      "place <> (SELECT count(*) FROM position AS o WHERE o.path = position.path AND o.place < position.place)",
    example: "path",
  },
  ...["outbox", "memory"].map((table): Rule => ({
    table,
    what: "belong to an action without a name",
    where: "NOT is_action(action)",
    example: "action",
  })),
  {
    table: "outbox",
    what: "are neither a ban nor an unban",
    where: "method NOT IN ('ban', 'unban') OR id < 1",
    example: HOST,
  },
  {
    table: "memory",
    what: "are no JSON",
    where: "NOT json_valid(memory)",
    example: "action",
  },
];

/**
 * Checks a state, also beside the daemon that writes it; nothing is changed.
 *
 * @param path of a file that is there
 * @throws {Error} what SQLite says, where it cannot read there at all
 */
export function checkState(path: string): StateReport {
  const problems: StateProblem[] = [];
  let version: number | undefined;
  let rows: Record<string, number> = {};
  try {
    using database = openForReading(path);
    database.exec("BEGIN");
    version = readVersion(database);
    problems.push(...findDamage(database));
    if (version === SCHEMA_VERSION) {
      rows = countRows(database);
      problems.push(...findBrokenRules(database));
    }
  } catch (error) {
    if (findFlaw(error) === undefined) throw error;
    const what = error instanceof Error ? error.message : String(error);
    problems.push({ table: "file", what });
  }
  return { ...version === undefined ? {} : { version }, rows, problems };
}

function findDamage(database: DatabaseSync): StateProblem[] {
  return database.prepare(`PRAGMA integrity_check(${MOST_DAMAGE})`).all()
    .map((row) => String(row.integrity_check))
    .filter((what) => what !== "ok")
    .map((what) => ({ table: "file", what }));
}

function countRows(database: DatabaseSync): Record<string, number> {
  return Object.fromEntries(TABLES.map((table) => {
    const row = database.prepare(`SELECT count(*) AS n FROM ${table}`).get();
    return [table, Number(row?.n)];
  }));
}

function findBrokenRules(database: DatabaseSync): StateProblem[] {
  addFunctions(database);
  return RULES.flatMap(({ table, what, where, example }) => {
    const row = database.prepare(
      `SELECT count(*) AS n, ${example} AS example FROM ${table} WHERE ${where}`,
    ).get();
    const rows = Number(row?.n);
    return rows === 0
      ? []
      : [{ table, what, rows, example: String(row?.example) }];
  });
}

function addFunctions(database: DatabaseSync): void {
  database.function("is_jail", (name) => Number(isJailName(String(name))));
  database.function("is_action", (name) => Number(isActionName(String(name))));
  database.function("is_host", (host) => Number(isHost(host)));
  database.function(
    "is_times",
    (times, newest) => Number(isTimes(times, newest)),
  );
  database.function("show_host", (bytes) => {
    const host = fromHostBytes(bytes);
    if (host !== undefined) return formatNetwork(host);
    return bytes instanceof Uint8Array ? bytes.toHex() : String(bytes);
  });
}

function isHost(bytes: unknown): boolean {
  const host = fromHostBytes(bytes);
  if (host === undefined) return false;
  const words = host.words.slice();
  maskWords(words, host.prefix);
  return words.every((word, index) => word === host.words[index]);
}

function isTimes(bytes: unknown, newest: unknown): boolean {
  const times = fromTimesBytes(bytes);
  return times !== undefined && times.length > 0 &&
    times.at(-1) === Number(newest) &&
    times.every((time, index) => time >= (times[index - 1] ?? 0));
}
