import assert from "node:assert/strict";
import { openStore } from "../../src/store/store.ts";
import { SILENT } from "../../src/util/log.ts";
import { makeBanDatabase } from "../importer/make_ban_database.ts";
import { runInProcess as run } from "../support/program.ts";
import { withFolder } from "../support/with_folder.ts";

/** A small tree whose jail watches a log of the folder. */
function makeTree(folder: string, more = ""): string {
  const source = `${folder}/fail2ban`;
  Deno.mkdirSync(`${source}/filter.d`, { recursive: true });
  Deno.mkdirSync(`${source}/action.d`);
  Deno.writeTextFileSync(`${folder}/app.log`, "");
  Deno.writeTextFileSync(
    `${source}/jail.conf`,
    `[app]\nenabled = true\nlogpath = ${folder}/app.log\nfilter = app\naction = nftables[port=22]\nbantime = 2h\n${more}`,
  );
  Deno.writeTextFileSync(
    `${source}/filter.d/app.conf`,
    "[Definition]\nfailregex = ^ app: refused <HOST>$\n",
  );
  Deno.writeTextFileSync(
    `${source}/action.d/nftables.conf`,
    "[Definition]\nactionban = touch /tmp/must-not-run\n[Init]\nblocktype = drop\n",
  );
  return source;
}

Deno.test("import writes a configuration that check accepts, and a report", () =>
  withFolder(async (folder) => {
    const output = `${folder}/out`;
    const report = `${folder}/report.json`;
    const source = makeTree(folder);
    const done = await run(
      "import",
      source,
      "--output",
      output,
      "--report",
      report,
    );
    assert.equal(done.code, 0, done.out + done.err);
    assert.match(done.out, /^app: exact\n1 jail: 1 exact, /);
    const check = await run("check", "-c", `${output}/config.toml`);
    assert.equal(check.code, 0, check.err);
    assert.match(check.out, /1 jail \(app\)/);
    const record = JSON.parse(Deno.readTextFileSync(report));
    assert.equal(record.jails[0].fidelity, "exact");
    assert.deepEqual(record.files, ["config.toml", "filters.d/app.toml"]);
  }));

Deno.test("import overwrites only with --force", () =>
  withFolder(async (folder) => {
    const source = makeTree(folder);
    const words = ["import", source, "--output", `${folder}/out`];
    assert.equal((await run(...words)).code, 0);
    const config = `${folder}/out/config.toml`;
    Deno.writeTextFileSync(config, "mine");
    const again = await run(...words);
    assert.equal(again.code, 65);
    assert.match(again.err, /config.toml" and 1 more: it is there already/);
    assert.equal(Deno.readTextFileSync(config), "mine");
    assert.equal((await run(...words, "--force")).code, 0);
    assert.match(Deno.readTextFileSync(config), /\[jail.app\]/);
  }));

Deno.test("import keeps fail2ban's patterns when a filter of ours has the same name", () =>
  withFolder(async (folder) => {
    const output = `${folder}/out`;
    const log = `${folder}/app.log`;
    const source = makeTree(
      folder,
      `[nginx-bad-request]\nenabled = true\nfilter = nginx-bad-request\nlogpath = ${log}\nmaxretry = 1\naction = nftables[port=80]\n`,
    );
    Deno.writeTextFileSync(
      `${source}/filter.d/nginx-bad-request.conf`,
      "[Definition]\nfailregex = ^ bad one from <HOST>$\n",
    );
    const done = await run("import", source, "-o", output);
    assert.equal(done.code, 0, done.out + done.err);
    Deno.writeTextFileSync(
      log,
      '2026-11-20T19:08:03Z bad one from 192.0.2.7\n192.0.2.8 - - [20/Nov/2026:19:08:03 +0000] "" 400 0 "-" "-"\n',
    );
    const { out } = await run(
      ...["dry-run", "--json", "-c", `${output}/config.toml`, log],
      ...["-j", "nginx-bad-request"],
    );
    const { bans } = JSON.parse(out);
    assert.deepEqual(
      bans.map((ban: { host: string }) => ban.host),
      ["192.0.2.7"],
    );
  }));

Deno.test("import --dry-run prints and writes nothing", () =>
  withFolder(async (folder) => {
    const output = `${folder}/out`;
    const source = makeTree(folder);
    const done = await run("import", source, "-o", output, "--dry-run");
    assert.equal(done.code, 0);
    assert.match(done.out, /\[jail.app\]\nlog_path = /);
    assert.match(done.out, /Would write /);
    assert.throws(() => Deno.statSync(output), Deno.errors.NotFound);
  }));

Deno.test("import says no where a jail loses protection, and imports the others", () =>
  withFolder(async (folder) => {
    const source = makeTree(
      folder,
      "[lost]\nenabled = true\nfilter = nowhere\n",
    );
    const done = await run("import", source, "-o", `${folder}/out`, "--json");
    assert.equal(done.code, 1);
    const { jails } = JSON.parse(done.out);
    assert.deepEqual(
      jails.map((jail: { name: string; fidelity: string }) =>
        `${jail.name} ${jail.fidelity}`
      ),
      ["app exact", "lost lost"],
    );
  }));

Deno.test("import refuses a folder without jails", () =>
  withFolder(async (folder) => {
    const done = await run("import", folder, "-o", `${folder}/out`);
    assert.equal(done.code, 65);
    assert.match(done.err, /it has no jail.conf/);
  }));

Deno.test("import says how many bans of fail2ban's run on", () =>
  withFolder(async (folder) => {
    const source = makeTree(folder);
    const database = `${folder}/bans.sqlite3`;
    Deno.writeTextFileSync(
      `${source}/fail2ban.conf`,
      `[Definition]\ndbfile = ${database}\n`,
    );
    const timeofban = Math.floor(Date.now() / 1000) - 100;
    const row = { jail: "app", timeofban, bantime: 7200, bancount: 1 };
    makeBanDatabase(database, 4, [
      { ...row, ip: "192.0.2.7" },
      { ...row, ip: "192.0.2.8", timeofban: timeofban - 7200 },
      { ...row, ip: "192.0.2.9", jail: "gone" },
    ]);
    const words = ["import", source, "-o", `${folder}/out`, "--dry-run"];
    const { out } = await run(...words);
    assert.ok(out.includes(
      `${database} has 1 ban that runs on: --bans takes them over; 1 passed over: its jail is not enabled here\n`,
    ));
    const { bans } = JSON.parse((await run(...words, "--json")).out);
    assert.deepEqual(bans, {
      path: database,
      version: 4,
      running: 1,
      counted: 2,
      skipped: [{ reason: "its jail is not enabled here", count: 1 }],
    });
    Deno.writeTextFileSync(database, "no database");
    assert.match((await run(...words)).out, /it is no SQLite database\n/);
  }));

Deno.test("import --bans gives bans and counts to the state, and takes nothing away from it", () =>
  withFolder(async (folder) => {
    const source = makeTree(folder);
    const database = `${folder}/bans.sqlite3`;
    const state = `${folder}/state`;
    Deno.writeTextFileSync(
      `${source}/fail2ban.conf`,
      `[Definition]\ndbfile = ${database}\n`,
    );
    const words = [
      ...["import", source, "-o", `${folder}/out`, "--force"],
      ...["--bans", "--state", state],
    ];
    const missing = await run(...words);
    assert.equal(missing.code, 65);
    assert.match(missing.err, /Cannot take over bans: there is no ".*bans\./);
    assert.throws(() => Deno.statSync(`${folder}/out`), Deno.errors.NotFound);
    const timeofban = Math.floor(Date.now() / 1000) - 100;
    const row = { jail: "app", timeofban, bantime: 7200, bancount: 3 };
    makeBanDatabase(database, 4, [
      { ...row, ip: "192.0.2.7" },
      { ...row, ip: "192.0.2.8", timeofban: timeofban - 7200 },
    ]);
    await run(...words, "--dry-run");
    assert.throws(() => Deno.statSync(state), Deno.errors.NotFound);
    const done = await run(...words);
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /Took over 1 ban and 2 counts of .*bans\.sqlite3\n/);
    const { bans } = JSON.parse((await run(...words, "--json")).out);
    assert.deepEqual(bans.handed, { bans: 0, counts: 0 });
    const store = openStore({ path: `${state}/state.db`, log: SILENT });
    const [kept] = store.bans(Date.now() / 1000);
    assert.equal(kept?.jail, "app");
    assert.equal(kept.endSeconds, timeofban + 7200);
    assert.equal(kept.count, 3);
    const inUse = await run(...words);
    assert.equal(inUse.code, 65);
    assert.match(inUse.err, /a daemon uses ".*state", expected it stopped/);
    store.close();
  }));
