import { DatabaseSync } from "node:sqlite";

/** A row as it would be written; columns that a version lacks are left out. */
export interface KeptRow {
  readonly jail?: unknown;
  readonly ip?: unknown;
  readonly timeofban?: unknown;
  readonly bantime?: unknown;
  readonly bancount?: unknown;
  readonly data?: unknown;
}

/** Columns of the table of bans, by version. Without a type SQLite takes what it gets. */
const COLUMNS: Readonly<Record<number, readonly string[]>> = {
  1: ["jail", "ip", "timeofban", "data"],
  2: ["jail", "ip", "timeofban", "data"],
  3: ["jail", "ip", "timeofban", "bantime", "bancount", "data"],
  4: ["jail", "ip", "timeofban", "bantime", "bancount", "data"],
};

/** Writes a database of a version: before 4 there was the history alone, since then also the last ban of each host. */
export function makeBanDatabase(
  path: string,
  version: number,
  rows: readonly KeptRow[],
): void {
  using db = new DatabaseSync(path);
  const columns = COLUMNS[Math.min(version, 4)] ?? [];
  db.exec(
    "BEGIN; CREATE TABLE fail2banDb(version INTEGER); CREATE TABLE jails(name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL DEFAULT 1)",
  );
  db.prepare("INSERT INTO fail2banDb VALUES (?)").run(version);
  const tables = version < 4 ? ["bans"] : ["bans", "bips"];
  for (const table of tables) {
    db.exec(`CREATE TABLE ${table}(${columns.join(", ")})`);
    const insert = db.prepare(
      `INSERT INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`,
    );
    for (const row of rows) {
      const values: Readonly<Record<string, unknown>> = { ...row };
      insert.run(...columns.map((name) => toSqlite(values[name])));
    }
  }
  db.exec("COMMIT");
}

function toSqlite(
  value: unknown,
): string | number | bigint | null | Uint8Array {
  if (
    typeof value === "string" || typeof value === "number" ||
    typeof value === "bigint" || value instanceof Uint8Array
  ) return value;
  return null;
}
