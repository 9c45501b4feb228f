import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { checkState } from "../../src/store/check_state.ts";
import { SCHEMA_VERSION } from "../../src/store/schema.ts";
import { openStore } from "../../src/store/store.ts";
import { SILENT } from "../../src/util/log.ts";
import { fillState, withStatePath } from "./fixtures.ts";

/** A row that no daemon writes, and what is said of it. */
const BROKEN: readonly (readonly [sql: string, said: string])[] = [
  [
    "INSERT INTO jail VALUES (7, '../x')",
    "jail: 1 have a name that no jail can have: ../x",
  ],
  [
    "INSERT INTO jail VALUES (7, '')",
    "jail: 1 have a name that no jail can have: ",
  ],
  [
    "INSERT INTO ban (jail, host, start, end, count, failures) VALUES (1, x'c0000207', 1, 2, 1, 1)",
    "ban: 1 have an impossible host: c0000207",
  ],
  [
    // A host within 192.0.2.0/24 where the network should stand.
    "INSERT INTO ban_count (jail, host, count) VALUES (1, x'00000000000000000000ffffc000020778', 1)",
    "ban_count: 1 have an impossible host: 192.0.2.7/24",
  ],
  [
    "UPDATE history SET host = x'00000000000000000000ffffc0000207ff'",
    "history: 2 have an impossible host: 00000000000000000000ffffc0000207ff",
  ],
  [
    "UPDATE failure SET jail = 99",
    "failure: 1 belong to a jail without a name: 2001:db8::/64",
  ],
  [
    "UPDATE ban_count SET count = 0",
    "ban_count: 1 count less than one ban: 192.0.2.7",
  ],
  [
    "UPDATE ban SET end = start - 1 WHERE end IS NOT NULL",
    "ban: 1 end before they begin: 192.0.2.7",
  ],
  [
    "UPDATE history SET failures = -1",
    "history: 2 have an impossible time or number of failures: 192.0.2.7",
  ],
  [
    "UPDATE failure SET times = x'0100'",
    "failure: 1 have impossible times: 2001:db8::/64",
  ],
  [
    "UPDATE failure SET newest = 5",
    "failure: 1 have impossible times: 2001:db8::/64",
  ],
  [
    "UPDATE failure SET newest = 1, times = x'0200000001000000'",
    "failure: 1 have impossible times: 2001:db8::/64",
  ],
  [
    "UPDATE position SET offset = -1 WHERE place = 1",
    "position: 1 have an impossible place: /var/log/a.log",
  ],
  [
    "DELETE FROM position WHERE place = 0",
    "position: 1 lack the file before: /var/log/a.log",
  ],
  [
    "UPDATE outbox SET host = x'' WHERE end IS NULL",
    "outbox: 1 have an impossible host: ",
  ],
  [
    "UPDATE outbox SET method = 'sync' WHERE end IS NULL",
    "outbox: 1 are neither a ban nor an unban: 2001:db8::/48",
  ],
  [
    "UPDATE outbox SET action = '../x'",
    "outbox: 2 belong to an action without a name: ../x",
  ],
  [
    "UPDATE memory SET memory = '{'",
    "memory: 1 are no JSON: web/mail",
  ],
];

Deno.test("checkState() finds nothing in what a store wrote, while it is open and afterwards", () =>
  withStatePath((path) => {
    const store = openStore({ path, log: SILENT });
    fillState(store);
    const rows = {
      ...{
        jail: 2,
        ban: 2,
        ban_count: 1,
        failure: 1,
        position: 2,
        cursor: 1,
        outbox: 2,
        memory: 1,
        history: 2,
      },
    };
    const sound = { version: SCHEMA_VERSION, rows, problems: [] };
    assert.deepEqual(checkState(path), sound);
    store.commit(({ counts }) => counts.clear(["sshd"]));
    assert.equal(checkState(path).rows.ban_count, 0);
    store.close();
    assert.deepEqual(checkState(path).problems, []);
  }));

for (const [sql, said] of BROKEN) {
  Deno.test(`checkState() finds what ${sql} leaves`, () =>
    withStatePath((path) => {
      breakState(path, sql);
      assert.deepEqual(
        checkState(path).problems.map(({ table, rows, what, example }) =>
          `${table}: ${rows} ${what}: ${example}`
        ),
        [said],
      );
    }));
}

Deno.test("checkState() finds damage that SQLite tells of", () =>
  withStatePath((path) => {
    breakState(path, "PRAGMA wal_checkpoint(TRUNCATE)");
    const bytes = Deno.readFileSync(path);
    bytes.fill(0x55, 4096 + 8, 8192 + 200);
    Deno.writeFileSync(path, bytes);
    const { problems } = checkState(path);
    assert.ok(problems.length > 0);
    assert.ok(problems.every(({ table }) => table === "file"));
  }));

Deno.test("checkState() finds that a file is no state of ours", () =>
  withStatePath((path) => {
    const whatOf = () => checkState(path).problems.map(({ what }) => what);
    Deno.writeTextFileSync(path, "no database at all\n".repeat(99));
    assert.deepEqual(whatOf(), ["file is not a database"]);
    Deno.removeSync(path);
    using other = new DatabaseSync(path);
    other.exec("CREATE TABLE x (y)");
    assert.deepEqual(whatOf(), ["it is another program's"]);
    other.exec("PRAGMA application_id = 0x4632444e; PRAGMA user_version = 999");
    assert.deepEqual(whatOf(), [
      `it has version 999, expected at most ${SCHEMA_VERSION}`,
    ]);
  }));

/** Makes a state and changes it by hand. */
function breakState(path: string, sql: string): void {
  const store = openStore({ path, log: SILENT });
  fillState(store);
  store.close();
  using database = new DatabaseSync(path);
  database.exec(sql);
}
