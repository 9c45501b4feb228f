import assert from "node:assert/strict";
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
