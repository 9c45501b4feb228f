import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type SyncedFile, WriteAhead } from "../../src/store/write_ahead.ts";
import { createDice, type Dice } from "../match/pattern_samples.ts";

const SECTOR = 512;
const ROWS = 400;
const ROUNDS = 6;
const COMMITS_A_ROUND = 8;
/** Images that a power cut may leave, at each moment. */
const IMAGES = 3;

/** A file as it is, and as it is on the disk for sure. */
interface Disk {
  readonly path: string;
  /** What a sync left there; the parts of the file that were written since may be there as well. */
  durable: Uint8Array;
  /** Whether it was cut off since: what is written now stands in other blocks. */
  isNew: boolean;
  /** What the file was when its durable content was cut off. */
  commits: number;
}

/** A database that is written, settled, and looked at as a power cut would leave it. */
class Rig {
  readonly folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  readonly path = `${this.folder}/state.db`;
  readonly database = new DatabaseSync(this.path);
  readonly dice: Dice;
  readonly main = this.#disk(this.path);
  readonly log = this.#disk(`${this.path}-wal`);
  /** Syncs that do nothing: what is to be found out. */
  readonly #lazy: ReadonlySet<string>;
  readonly ahead: WriteAhead;
  commits = 0;
  images = 0;
  #copies = 0;

  constructor(seed: number, lazy: readonly ("main" | "log")[] = []) {
    this.dice = createDice(seed);
    this.#lazy = new Set(lazy.map((name) => this[name].path));
    this.database.exec("PRAGMA journal_mode = WAL");
    this.database.exec("CREATE TABLE r (id INTEGER PRIMARY KEY, v, pad)");
    const insert = this.database.prepare("INSERT INTO r VALUES (?, 0, ?)");
    for (let id = 0; id <= ROWS; id++) insert.run(id, "x".repeat(200));
    this.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    for (const disk of [this.main, this.log]) this.#sync(disk);
    this.ahead = new WriteAhead(this.database, this.path, (path) => {
      const disk = path === this.path ? this.main : this.log;
      return this.#open(disk);
    });
  }

  #disk(path: string): Disk {
    return { path, durable: new Uint8Array(0), isNew: false, commits: 0 };
  }

  #open(disk: Disk): SyncedFile {
    const sync = () => {
      this.cut();
      if (!this.#lazy.has(disk.path)) this.#sync(disk);
      this.cut();
    };
    return {
      syncData: async () => {
        await Promise.resolve();
        sync();
      },
      syncDataSync: sync,
      close() {},
    };
  }

  #sync(disk: Disk): void {
    disk.durable = Deno.readFileSync(disk.path);
    disk.isNew = false;
    disk.commits = this.commits;
  }

  /** Row 0 tells how many commits there were, each other row which one wrote it last. */
  commit(): void {
    this.commits++;
    this.database.exec("BEGIN");
    const put = this.database.prepare("UPDATE r SET v = ? WHERE id = ?");
    for (const id of this.rowsOf(this.commits)) put.run(this.commits, id);
    put.run(this.commits, 0);
    this.database.exec("COMMIT");
    this.ahead.noteCommit();
    this.cut();
  }

  rowsOf(commit: number): number[] {
    const dice = createDice(commit);
    return Array.from({ length: 200 }, () => 1 + dice(ROWS));
  }

  async settle(): Promise<void> {
    await this.ahead.settle();
    // Nothing in it can be overwritten any more: blocks that are given up are not written before that is on the disk.
    if (Deno.statSync(this.log.path).size === 0) this.log.isNew = true;
    this.cut();
  }

  /** Looks at images of what a power cut might leave now. */
  cut(): void {
    for (let i = 0; i < IMAGES; i++) this.#check();
  }

  #check(): void {
    const folder = `${this.folder}/${this.#copies++}`;
    Deno.mkdirSync(folder);
    const path = `${folder}/state.db`;
    Deno.writeFileSync(path, this.#image(this.main));
    Deno.writeFileSync(`${path}-wal`, this.#image(this.log));
    const database = new DatabaseSync(path);
    try {
      const check = database.prepare("PRAGMA integrity_check").get();
      assert.equal(check?.integrity_check, "ok");
      const rows = database.prepare("SELECT v FROM r ORDER BY id").all()
        .map(({ v }) => Number(v));
      const commits = rows[0] ?? 0;
      const least = Math.min(this.main.commits, this.log.commits);
      assert.ok(commits >= least && commits <= this.commits, `${commits}`);
      assert.deepEqual(rows, this.#rowsAfter(commits));
    } finally {
      database.close();
      Deno.removeSync(folder, { recursive: true });
    }
    this.images++;
  }

  #rowsAfter(commits: number): number[] {
    const rows = new Array<number>(ROWS + 1).fill(0);
    for (let commit = 1; commit <= commits; commit++) {
      for (const id of this.rowsOf(commit)) rows[id] = commit;
    }
    rows[0] = commits;
    return rows;
  }

  /** Any sectors that were written since the last sync may be on the disk, or none. */
  #image({ path, durable, isNew }: Disk): Uint8Array {
    const now = Deno.readFileSync(path);
    if (isNew && this.dice(2) === 0) return durable;
    const before = isNew ? new Uint8Array(0) : durable;
    const image = now.slice();
    for (let at = 0; at < image.length; at += SECTOR) {
      if (this.dice(2) === 0) continue;
      const end = Math.min(at + SECTOR, image.length);
      image.fill(0, at, end);
      image.set(before.subarray(at, end), at);
    }
    return image;
  }

  [Symbol.dispose](): void {
    this.ahead.letGo();
    this.database.close();
    this.ahead.close();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

async function run(rig: Rig): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < COMMITS_A_ROUND; i++) rig.commit();
    await rig.settle();
  }
}

Deno.test("a power cut at any moment leaves all of some commit", async () => {
  using rig = new Rig(1);
  await run(rig);
  assert.ok(rig.images > 150, `${rig.images}`);
  assert.equal(rig.main.commits, rig.commits);
});

for (const file of ["main", "log"] as const) {
  Deno.test(`images of power cuts tell whether the ${file} was waited for`, async () => {
    const seeds = [1, 2, 3, 4, 5];
    const ends = await Promise.allSettled(seeds.map(async (seed) => {
      using rig = new Rig(seed, [file]);
      await run(rig);
    }));
    assert.ok(ends.some(({ status }) => status === "rejected"));
  });
}

Deno.test("WriteAhead leaves a log alone that a reader needs, and takes it in when that is gone", async () => {
  using rig = new Rig(2);
  const reader = new DatabaseSync(rig.path);
  rig.commit();
  reader.exec("BEGIN");
  const look = () => reader.prepare("SELECT v FROM r WHERE id = 0").get()?.v;
  assert.equal(look(), 1);
  for (let i = 0; i < COMMITS_A_ROUND; i++) rig.commit();
  await rig.settle();
  assert.equal(look(), 1);
  assert.notEqual(Deno.statSync(rig.log.path).size, 0);
  reader.exec("COMMIT");
  reader.close();
  for (let i = 0; i < COMMITS_A_ROUND; i++) rig.commit();
  await rig.settle();
  assert.equal(Deno.statSync(rig.log.path).size, 0);
});

Deno.test("WriteAhead that is broken off can be written to at once", async () => {
  using rig = new Rig(3);
  for (let i = 0; i < COMMITS_A_ROUND; i++) rig.commit();
  const settled = rig.settle();
  assert.ok(rig.ahead.isSettling);
  rig.ahead.settleNow();
  assert.ok(!rig.ahead.isSettling);
  rig.log.isNew = true;
  rig.commit();
  await settled;
});

Deno.test("WriteAhead does nothing for a few changes", () => {
  using rig = new Rig(4);
  rig.commit();
  assert.equal(rig.ahead.settle(), undefined);
});

Deno.test("WriteAhead settles what an earlier life left", async () => {
  using rig = new Rig(5);
  for (let i = 0; i < 60; i++) rig.database.exec("UPDATE r SET v = v + 1");
  const next = new WriteAhead(rig.database, rig.path);
  const settled = next.settle();
  assert.ok(settled);
  await settled;
  assert.equal(Deno.statSync(rig.log.path).size, 0);
  assert.equal(next.settle(), undefined);
  next.close();
});
