/**
 * The tables of the database, and the way from older versions to this one.
 *
 * @module
 */

/** Tells our databases from those of others: `F2DN` in ASCII. */
export const APPLICATION_ID = 0x4632444e;

/**
 * One step a version: `MIGRATIONS[n]` makes version n + 1 out of version n. A step that was released never changes.
 *
 * Hosts are 17 bytes (`host_bytes.ts`), times are seconds since 1970, and an end of NULL is for ever.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE jail (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE ban (
    jail INTEGER NOT NULL,
    host BLOB NOT NULL,
    start REAL NOT NULL,
    end REAL,
    count INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (jail, host)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE ban_count (
    jail INTEGER NOT NULL,
    host BLOB NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (jail, host)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE failure (
    jail INTEGER NOT NULL,
    host BLOB NOT NULL,
    newest INTEGER NOT NULL,
    times BLOB NOT NULL,
    PRIMARY KEY (jail, host)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE position (
    path TEXT NOT NULL,
    place INTEGER NOT NULL,
    device REAL NOT NULL,
    inode REAL NOT NULL,
    offset INTEGER NOT NULL,
    head BLOB NOT NULL,
    PRIMARY KEY (path, place)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    jail INTEGER NOT NULL,
    host BLOB NOT NULL,
    start REAL NOT NULL,
    end REAL,
    count INTEGER NOT NULL,
    failures INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX history_host ON history (host, jail);
  `,
  // Until when the last ban was in force, where it is over: not before now, which is the latest that can be said.
  `
  ALTER TABLE ban_count ADD COLUMN until REAL;
  UPDATE ban_count SET until = unixepoch();
  UPDATE ban_count SET until = ban.end FROM ban
    WHERE ban.jail = ban_count.jail AND ban.host = ban_count.host
      AND ifnull(ban.end > unixepoch(), true);
  `,
  // Where jails have read the journal to.
  `
  CREATE TABLE cursor (
    jail TEXT PRIMARY KEY,
    cursor TEXT NOT NULL,
    time REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // What handler actions are still to be told, and what they asked to be remembered, as JSON.
  `
  CREATE TABLE outbox (
    action TEXT NOT NULL,
    id INTEGER NOT NULL,
    method TEXT NOT NULL,
    jail INTEGER NOT NULL,
    host BLOB NOT NULL,
    start REAL NOT NULL,
    end REAL,
    count INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (action, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE memory (
    action TEXT PRIMARY KEY,
    memory TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** The version that this program writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;
