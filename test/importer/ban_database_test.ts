import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import {
  type ImportedBans,
  readBanDatabase,
} from "../../importer/ban_database.ts";
import { BanDatabaseError } from "../../importer/ban_rows.ts";
import type { JailBanTimes } from "../../importer/restore_ban.ts";
import { formatNetwork } from "../../src/util/address.ts";
import { type KeptRow, makeBanDatabase } from "./make_ban_database.ts";

const NOW = 1_800_000_000;
const HOUR = 3600;

const JAILS: ReadonlyMap<string, JailBanTimes> = new Map([
  ["sshd", { banTimeSeconds: HOUR, increments: false, maxTimeSeconds: HOUR }],
  ["web", {
    banTimeSeconds: 600,
    increments: true,
    maxTimeSeconds: Infinity,
  }],
]);

function withFolder(test: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function read(path: string): ImportedBans {
  return readBanDatabase(path, { nowSeconds: NOW, jails: JAILS });
}

/** Reads rows back from a database of version 4. */
function readRows(rows: readonly KeptRow[]): ImportedBans {
  let found: ImportedBans | undefined;
  withFolder((folder) => {
    makeBanDatabase(`${folder}/db`, 4, rows);
    found = read(`${folder}/db`);
  });
  assert.ok(found !== undefined);
  return found;
}

/** `sshd 192.0.2.7 +3500 x2` */
function draw({ bans }: ImportedBans): string[] {
  return bans.map(({ jail, network, endSeconds, count, failures }) =>
    `${jail} ${formatNetwork(network)} +${
      endSeconds - NOW
    } x${count} after ${failures}`
  ).sort();
}

function drawCounts({ counts }: ImportedBans): string[] {
  return counts.map(({ jail, network, count, lastBanSeconds }) =>
    `${jail} ${formatNetwork(network)} x${count} ${lastBanSeconds - NOW}`
  ).sort();
}

const GOOD: KeptRow = {
  jail: "sshd",
  ip: "192.0.2.7",
  timeofban: NOW - 100,
  bantime: HOUR,
  bancount: 2,
  data: new TextEncoder().encode('{"matches": ["x"], "failures": 5}'),
};

Deno.test("readBanDatabase() reads bans that run on and counts of all when it has version 4", () => {
  const found = readRows([
    GOOD,
    { ...GOOD, ip: "2001:db8::1", data: '{"failures": 3}' },
    { ...GOOD, ip: "198.51.100.0/24", jail: "web", bantime: -1, bancount: 9 },
    { ...GOOD, ip: "192.0.2.8", timeofban: NOW - 2 * HOUR, bancount: 4 },
  ]);
  assert.equal(found.version, 4);
  assert.deepEqual(draw(found), [
    "sshd 192.0.2.7 +3500 x2 after 5",
    "sshd 2001:db8::1 +3500 x2 after 3",
    "web 198.51.100.0/24 +Infinity x9 after 5",
  ]);
  assert.deepEqual(drawCounts(found), [
    "sshd 192.0.2.7 x2 -100",
    "sshd 192.0.2.8 x4 -7200",
    "sshd 2001:db8::1 x2 -100",
    "web 198.51.100.0/24 x9 -100",
  ]);
  assert.deepEqual(found.skipped, []);
});

for (const version of [1, 2, 3]) {
  Deno.test(`readBanDatabase() takes the last ban of each host when it has version ${version}`, () => {
    withFolder((folder) => {
      makeBanDatabase(`${folder}/db`, version, [
        { ...GOOD, timeofban: NOW - 50, bancount: 3 },
        { ...GOOD, timeofban: NOW - 5000, bancount: 2 },
        { ...GOOD, ip: "192.0.2.9", timeofban: NOW - 4000 },
      ]);
      const found = read(`${folder}/db`);
      const counts = version < 3 ? [1, 1] : [3, 2];
      assert.equal(found.version, version);
      assert.deepEqual(draw(found), [
        `sshd 192.0.2.7 +3550 x${counts[0]} after 5`,
      ]);
      assert.deepEqual(drawCounts(found), [
        `sshd 192.0.2.7 x${counts[0]} -50`,
        `sshd 192.0.2.9 x${counts[1]} -4000`,
      ]);
    });
  });
}

Deno.test("readBanDatabase() leaves nothing beside the file, and the file as it was", () => {
  withFolder((folder) => {
    const path = `${folder}/db`;
    makeBanDatabase(path, 4, [GOOD]);
    const before = Deno.readFileSync(path);
    read(path);
    assert.deepEqual(Deno.readFileSync(path), before);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [
      "db",
    ]);
  });
});

/** Rows that are passed over, by the reason that is told. */
const BAD_ROWS: readonly (readonly [string, string, KeptRow])[] = [
  ["id is a name", "its id is no address", { ip: "host.example" }],
  ["id has a NUL", "its id is no address", { ip: "192.0.2.7\0x" }],
  ["id is missing", "its id is no address", { ip: null }],
  ["id is a number", "its id is no address", { ip: 3_221_225_991 }],
  ["id is bytes", "its id is no address", { ip: new Uint8Array([49, 0, 255]) }],
  ["id has octets too large", "its id is no address", { ip: "999.1.1.1" }],
  ["id is everybody", "its id is no address", { ip: "0.0.0.0/0" }],
  ["id is everybody in IPv6", "its id is no address", { ip: "::/0" }],
  ["id is of several parts", "its id is no address", {
    ip: "('192.0.2.7', 'x')",
  }],
  ["jail is unknown", "its jail is not enabled here", { jail: "other" }],
  ["jail is 10 MB", "its jail is not enabled here", { jail: "x".repeat(1e7) }],
  ["jail is a number", "its jail is not enabled here", { jail: 7 }],
  ["time is negative", "its times are no times", { timeofban: -5 }],
  ["time is a text", "its times are no times", { timeofban: "now" }],
  ["time is missing", "its times are no times", { timeofban: null }],
  ["time is huge", "its times are no times", {
    timeofban: -9_223_372_036_854_775_808n,
  }],
  ["time is infinite", "its times are no times", { timeofban: Infinity }],
  ["ban time is huge", "its times are no times", {
    bantime: 9_223_372_036_854_775_807n,
  }],
  ["ban time is below -2", "its times are no times", { bantime: -3 }],
];

for (const [name, reason, row] of BAD_ROWS) {
  Deno.test(`readBanDatabase() passes a row over when its ${name}`, () => {
    const found = readRows([{ ...GOOD, ...row }, GOOD]);
    assert.deepEqual(found.skipped, [{ reason, count: 1 }]);
    assert.deepEqual(draw(found), ["sshd 192.0.2.7 +3500 x2 after 5"]);
  });
}

Deno.test("readBanDatabase() counts one failure when the data does not tell", () => {
  const texts = [
    "",
    "{",
    '{"failures": "many"}',
    '{"failures": -7}',
    "[]",
    "7",
  ];
  for (const data of [...texts, null, new Uint8Array([255, 0]), 5]) {
    assert.deepEqual(draw(readRows([{ ...GOOD, data, bancount: "x" }])), [
      "sshd 192.0.2.7 +3500 x1 after 1",
    ]);
  }
});

Deno.test("readBanDatabase() keeps the later ban when two ids are one address", () => {
  const found = readRows([
    { ...GOOD, ip: "::ffff:192.0.2.7", timeofban: NOW - 10 },
    GOOD,
  ]);
  assert.deepEqual(draw(found), ["sshd 192.0.2.7 +3590 x2 after 5"]);
});

/** Files that cannot be read, and what is said. */
const BAD_FILES: Readonly<
  Record<string, readonly [(path: string) => void, RegExp]>
> = {
  "there is no file": [() => {}, /there is none$/],
  "it is a folder": [Deno.mkdirSync, /it is no plain file$/],
  "it is empty": [
    (path) => Deno.writeTextFileSync(path, ""),
    /it is no SQLite database$/,
  ],
  "it is a text": [
    (path) => Deno.writeTextFileSync(path, "SQLite format 4 ".repeat(500)),
    /it is no SQLite database$/,
  ],
  "there is only a header": [
    (path) => {
      const header = new Uint8Array(100);
      header.set(new TextEncoder().encode("SQLite format 3\0"));
      header[18] = header[19] = 1;
      Deno.writeFileSync(path, header);
    },
    /file is not a database$/,
  ],
  "it is another program's": [
    (path) => {
      using db = new DatabaseSync(path);
      db.exec("CREATE TABLE bips(ip, jail, timeofban)");
    },
    /not fail2ban's$/,
  ],
  "it is newer": [
    (path) => makeBanDatabase(path, 5, []),
    /it has version 5, expected 4 or older$/,
  ],
  "its version is no number": [
    (path) => change(path, "UPDATE fail2banDb SET version = 'x'"),
    /it does not tell its version$/,
  ],
  "it has no bans": [
    (path) => change(path, "DROP TABLE bips; DROP TABLE bans"),
    /its table bans has no column jail$/,
  ],
  "its bans are a view that never ends": [
    (path) =>
      change(
        path,
        "DROP TABLE bips; DROP TABLE bans; CREATE VIEW bips AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT n AS jail, n AS ip, n AS timeofban FROM r",
      ),
    /its table bans has no column jail$/,
  ],
  "a column is made by an expression": [
    (path) =>
      change(
        path,
        "DROP TABLE bips; DROP TABLE bans; CREATE TABLE bips(jail, timeofban, ip AS (hex(zeroblob(100000000))))",
      ),
    /its table bips has no column ip$/,
  ],
  "it has a write-ahead log": [
    (path) => change(path, "PRAGMA journal_mode = WAL"),
    /start and stop fail2ban once$/,
  ],
};

function change(path: string, statements: string): void {
  makeBanDatabase(path, 4, [GOOD]);
  using db = new DatabaseSync(path);
  db.exec(statements);
}

for (const [name, [make, message]] of Object.entries(BAD_FILES)) {
  Deno.test(`readBanDatabase() throws when ${name}`, () =>
    withFolder((folder) => {
      const path = `${folder}/db`;
      make(path);
      const before = [...Deno.readDirSync(folder)].map((entry) => entry.name);
      assert.throws(() => read(path), (error: unknown) => {
        assert.ok(error instanceof BanDatabaseError);
        assert.match(error.message, message);
        assert.ok(
          error.message.startsWith(`Cannot read bans from "${path}": `),
        );
        return true;
      });
      const after = [...Deno.readDirSync(folder)].map((entry) => entry.name);
      assert.deepEqual(after.sort(), before.sort());
    }));
}

Deno.test("readBanDatabase() keeps what it read when the rest is damaged", () => {
  withFolder((folder) => {
    const path = `${folder}/db`;
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      ...GOOD,
      ip: `10.0.${index >> 8}.${index & 255}`,
    }));
    makeBanDatabase(path, 4, rows);
    const bytes = Deno.readFileSync(path);
    // The pages of the second table lie in the later half.
    bytes.fill(255, Math.floor(bytes.length * 0.8));
    Deno.writeFileSync(path, bytes);
    const found = read(path);
    assert.ok(found.bans.length > 100 && found.bans.length < 5000);
    assert.deepEqual(found.skipped, [
      { reason: "the file is damaged from here on", count: 1 },
    ]);
  });
});

Deno.test("readBanDatabase() does not go round when a row lies before the one that it follows", () => {
  withFolder((folder) => {
    const path = `${folder}/db`;
    const ips = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"];
    makeBanDatabase(path, 4, ips.map((ip) => ({ ...GOOD, ip })));
    const bytes = Deno.readFileSync(path);
    // Its page is the last one; where the rows of a page lie stands behind eight bytes, in two bytes each.
    const rows = bytes.length - 4096 + 8;
    bytes.copyWithin(rows + 6, rows, rows + 2);
    Deno.writeFileSync(path, bytes);
    assert.deepEqual(read(path).skipped, [
      { reason: "the file is damaged from here on", count: 1 },
    ]);
  });
});

Deno.test("readBanDatabase() reads or refuses whatever bytes are changed", () => {
  withFolder((folder) => {
    const path = `${folder}/db`;
    makeBanDatabase(path, 4, [GOOD, { ...GOOD, ip: "2001:db8::1" }]);
    const sound = Deno.readFileSync(path);
    const changes = fc.array(
      fc.tuple(fc.nat(sound.length - 1), fc.nat(255)),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(fc.property(changes, fc.nat(sound.length), (list, cut) => {
      const bytes = sound.slice(0, cut % 7 === 0 ? cut : sound.length);
      for (const [at, value] of list) bytes[at] = value;
      Deno.writeFileSync(path, bytes);
      try {
        for (const { count, endSeconds } of read(path).bans) {
          assert.ok(count >= 1 && endSeconds > NOW);
        }
      } catch (error) {
        assert.ok(error instanceof BanDatabaseError, String(error));
      }
    }));
  });
});
