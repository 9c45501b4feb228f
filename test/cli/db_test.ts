import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../src/store/store.ts";
import { SILENT } from "../../src/util/log.ts";
import { fillState } from "../store/fixtures.ts";
import { runInProcess as run } from "../support/program.ts";

Deno.test("db names its verbs, and the one that was meant", async () => {
  const { code, err } = await run("db", "chekc");
  strictEqual(code, 64);
  match(err, /"chekc": it is not known, did you mean "check"\?/);
  match((await run("db")).err, /<verb> is missing/);
  match((await run("db", "x")).err, /expected one of check, vacuum, export, i/);
  match((await run("db", "check", "x")).err, /"x" is one word too many/);
  match((await run("db", "export", "--partial")).err, /expected db import/);
});

Deno.test("db says that there is no state", async () => {
  await withFolder(async (folder) => {
    for (const verb of ["check", "vacuum", "export"]) {
      const { code, err } = await run("db", verb, "--state", folder);
      strictEqual(code, 65);
      match(err, /Cannot read state ".*state\.db": it is not there/);
    }
  });
});

Deno.test("db takes the folder from the configuration", async () => {
  await withFolder(async (folder) => {
    fill(`${folder}/state`);
    const config = `${folder}/config.toml`;
    Deno.writeTextFileSync(
      config,
      `[global]\nstate_dir = "${folder}/state"\n[jail.sshd]\nlog_path = "/x"\n`,
    );
    const { code, out } = await run("db", "check", "-c", config);
    strictEqual(code, 0);
    match(out, /^failure +1 +0$/m);
    match(out, /state\/state\.db is sound$/m);
  });
});

Deno.test("db check tells what is wrong, and ends with 1", async () => {
  await withFolder(async (folder) => {
    fill(folder);
    {
      using database = new DatabaseSync(`${folder}/state.db`);
      database.exec("UPDATE ban SET end = start WHERE end IS NOT NULL");
    }
    const { code, out } = await run("db", "check", "--state", folder);
    strictEqual(code, 1);
    match(out, /^ban +2 +1$/m);
    match(out, /^ban: 1 row end before they begin, such as 192\.0\.2\.7$/m);
    match(out, /is not sound$/m);
    const json = await run("db", "check", "--state", folder, "--json");
    strictEqual(json.code, 1);
    deepStrictEqual(JSON.parse(json.out).problems, [{
      table: "ban",
      what: "end before they begin",
      rows: 1,
      example: "192.0.2.7",
    }]);
    Deno.writeTextFileSync(`${folder}/state.db`, "nonsense ".repeat(999));
    const damaged = await run("db", "check", "--state", folder);
    strictEqual(damaged.code, 1);
    match(damaged.out, /^file: file is not a database$/m);
    for (const verb of ["vacuum", "export"]) {
      const { code, err } = await run("db", verb, "--state", folder);
      strictEqual(code, 65);
      match(err, /file is not a database; "fail2deno db check" tells more/);
    }
  });
});

Deno.test("db export and db import make an empty state the same", async () => {
  await withFolder(async (folder) => {
    fill(folder);
    const file = `${folder}/state.jsonl`;
    const other = `${folder}/other`;
    const exported = await run("db", "export", file, "--state", folder);
    deepStrictEqual(exported, { code: 0, out: "", err: "" });
    strictEqual((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
    const { code, out } = await run("db", "import", file, "--state", other);
    strictEqual(code, 0);
    match(out, /^history +2 +2$/m);
    const [, ...before] = await exportLines(folder);
    const [header, ...after] = await exportLines(other);
    deepStrictEqual(after, before);
    strictEqual(before.length, 11);
    match(header ?? "", /^\{"kind":"state","version":1,"time":"20/);
    strictEqual(Deno.readTextFileSync(file).split("\n").length, 13);
    const json = await run("db", "import", file, "--state", other, "--json");
    deepStrictEqual(JSON.parse(json.out).ban, { read: 2, taken: 0 });
  });
});

Deno.test("db import names each bad line, and imports nothing unless --partial", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/state.jsonl`;
    const good =
      '{"kind":"count","jail":"sshd","host":"192.0.2.7","count":3,"until":null}';
    const text = [good, "{", "", good.replace("192", "392"), good].join("\n");
    Deno.writeTextFileSync(file, text);
    const words = ["db", "import", file, "--state", `${folder}/state`];
    const { code, err, out } = await run(...words);
    strictEqual(code, 65);
    strictEqual(out, "");
    ok(err.includes(`${file}:2: Cannot read line: it is no JSON`), err);
    ok(err.includes(`${file}:4: Cannot read line: host is "392.0.2.7"`), err);
    match(err, /2 lines cannot be read, expected none, or --partial/);
    const { code: missing } = await run("db", "check", ...words.slice(3));
    strictEqual(missing, 65);
    const partial = await run(...words, "--partial");
    strictEqual(partial.code, 0);
    match(partial.out, /^count +2 +1$/m);
    match(partial.out, /^2 left out$/m);
    match(partial.err, /:4: Cannot read line/);
  });
});

Deno.test("db import refuses what is no text, and a file that is not there", async () => {
  await withFolder(async (folder) => {
    const words = ["--state", `${folder}/state`];
    Deno.writeFileSync(`${folder}/x`, Uint8Array.of(0xff, 0xfe));
    const { code, err } = await run("db", "import", `${folder}/x`, ...words);
    strictEqual(code, 65);
    match(err, /it is no UTF-8/);
    const { code: other } = await run("db", "import", `${folder}/y`, ...words);
    strictEqual(other, 65);
  });
});

Deno.test("db vacuum and db import refuse while a daemon holds the state, db check and db export do not", async () => {
  await withFolder(async (folder) => {
    const store = openStore({ path: `${folder}/state.db`, log: SILENT });
    fillState(store);
    const file = `${folder}/state.jsonl`;
    const words = ["--state", folder];
    strictEqual((await run("db", "check", ...words)).code, 0);
    strictEqual((await run("db", "export", file, ...words)).code, 0);
    const vacuum = await run("db", "vacuum", ...words);
    strictEqual(vacuum.code, 65);
    match(vacuum.err, /Cannot vacuum: a daemon uses ".*", expected it stopped/);
    const imported = await run("db", "import", file, ...words);
    strictEqual(imported.code, 65);
    match(imported.err, /Cannot import: a daemon uses/);
    store.close();
    const { code, out } = await run("db", "vacuum", ...words);
    strictEqual(code, 0);
    match(out, /state\.db: \d+ kB before, \d+ kB now$/m);
  });
});

async function exportLines(folder: string): Promise<readonly string[]> {
  const { code, out } = await run("db", "export", "--state", folder);
  strictEqual(code, 0);
  return out.trimEnd().split("\n");
}

function fill(folder: string): void {
  Deno.mkdirSync(folder, { recursive: true });
  const store = openStore({ path: `${folder}/state.db`, log: SILENT });
  fillState(store);
  store.close();
}

async function withFolder(
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
