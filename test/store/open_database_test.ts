import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../src/store/open_database.ts";
import {
  APPLICATION_ID,
  MIGRATIONS,
  SCHEMA_VERSION,
} from "../../src/store/schema.ts";
import { type LogFields, SILENT } from "../../src/util/log.ts";
import { query, withStatePath } from "./fixtures.ts";

Deno.test("openDatabase() makes a database once, for its owner alone", () =>
  withStatePath((path) => {
    const first = openDatabase(path, SILENT);
    first.exec("INSERT INTO jail (name) VALUES ('sshd')");
    first.close();
    assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    const again = openDatabase(path, SILENT);
    assert.equal(again.prepare("SELECT name FROM jail").get()?.name, "sshd");
    again.close();
  }));

Deno.test("openDatabase() sets a file aside that it cannot go on with, and says so", () => {
  const flaws: [string, (path: string) => void][] = [
    ["corrupt", (path) => Deno.writeTextFileSync(path, "text, ".repeat(9999))],
    ["corrupt", makeTorn],
    ["newer", makeNewer],
    ["foreign", (path) => exec(path, "CREATE TABLE theirs (x)")],
  ];
  for (const [flaw, make] of flaws) {
    withStatePath((path) => {
      make(path);
      const before = Deno.readFileSync(path);
      const said: LogFields[] = [];
      const log = {
        ...SILENT,
        error: (_: string, fields: LogFields = {}) => said.push(fields),
      };
      const database = openDatabase(path, log);
      assert.equal(database.prepare("SELECT * FROM ban").get(), undefined);
      database.close();
      const aside = String(said[0]?.aside);
      assert.match(aside, new RegExp(`^${path}\\.${flaw}-\\d{8}T\\d{6}Z$`));
      assert.deepEqual(Deno.readFileSync(aside), before);
    });
  }
});

Deno.test("openDatabase() throws where no file can be made", () => {
  assert.throws(
    () => openDatabase("/nowhere/state.db", SILENT),
    /unable to open/,
  );
});

function exec(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function makeNewer(path: string): void {
  openDatabase(path, SILENT).close();
  exec(path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
}

/** A database of ours with a page overwritten. */
function makeTorn(path: string): void {
  openDatabase(path, SILENT).close();
  exec(
    path,
    `INSERT INTO history (jail, host, start, count, failures)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      SELECT 1, zeroblob(17), i, 1, 1 FROM n`,
  );
  exec(path, "PRAGMA journal_mode = DELETE");
  using file = Deno.openSync(path, { write: true });
  file.seekSync(20 * 4096, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(4 * 4096).fill(0xa5));
}

Deno.test("openDatabase() writes ahead, and reads on while another program reads", () =>
  withStatePath((path) => {
    const database = openDatabase(path, SILENT);
    database.exec("INSERT INTO jail (name) VALUES ('sshd')");
    assert.deepEqual(query(path, "SELECT name FROM jail"), [{ name: "sshd" }]);
    database.close();
  }));

Deno.test("openDatabase() gives counts of version 1 the end of their last ban", () =>
  withStatePath((path) => {
    exec(
      path,
      `${MIGRATIONS[0]}
      INSERT INTO ban_count VALUES (1, x'01', 3), (1, x'02', 4), (1, x'03', 5), (1, x'04', 6);
      INSERT INTO ban VALUES (1, x'01', 1, 9e9, 3, 5), (1, x'02', 1, NULL, 4, 5), (1, x'03', 1, 2, 5, 5);
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = 1`,
    );
    const database = openDatabase(path, SILENT);
    database.close();
    const rows = query(
      path,
      "SELECT count, CASE WHEN until BETWEEN unixepoch() - 60 AND unixepoch() THEN 'now' ELSE until END AS until FROM ban_count",
    );
    assert.deepEqual(rows, [
      { count: 3, until: 9e9 },
      { count: 4, until: null },
      { count: 5, until: "now" },
      { count: 6, until: "now" },
    ]);
  }));
