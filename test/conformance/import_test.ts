import assert from "node:assert/strict";
import { resolveFilter } from "../../importer/filter.ts";
import { readTree } from "../../importer/read_tree.ts";
import { MACHINE_TREE, type TreeFiles } from "../../importer/tree_files.ts";
import {
  type Command,
  factsOfJail,
  factsOfStream,
  type JailFacts,
  resolveByFail2ban,
} from "./jail_facts.ts";
import { FAIL2BAN_CONFIG, FAIL2BAN_MODULES } from "../support/fail2ban.ts";
import { conformanceFolder, readJson } from "./shared.ts";

const folder = conformanceFolder();
const ignore = folder === undefined;

interface FilterRecord {
  readonly filter: string;
  readonly options: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly prefregex: string | null;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly datepattern: string | null;
  readonly journalmatch: readonly (readonly string[])[];
  readonly maxlines: number | null;
  readonly usedns: string | null;
}

Deno.test({
  name:
    "resolveFilter() resolves each stock filter in each variant as fail2ban does",
  ignore,
  fn() {
    const { filters } = readJson<{ filters: readonly FilterRecord[] }>(
      `${folder}/filters-resolved.json`,
    );
    assert.ok(filters.length > 200);
    for (const record of filters) {
      const isTests = record.source !== undefined;
      const found = resolveFilter(
        `${folder}/fail2ban-${isTests ? "tests-config" : "config"}`,
        record.filter,
        { options: record.options, files: withStockIncludes() },
      );
      const name = `${record.filter} ${JSON.stringify(record.options)}`;
      assert.deepEqual(
        {
          prefregex: found.prefregex ?? null,
          failregex: found.failregex,
          ignoreregex: found.ignoreregex,
          datepattern: found.datepattern ?? null,
          journalmatch: found.journalmatch,
          maxlines: found.maxlines ?? null,
          usedns: found.usedns ?? null,
        },
        pickFilter(record),
        name,
      );
    }
  },
});

Deno.test({
  name: "readTree() resolves each stock jail as fail2ban does",
  ignore,
  fn() {
    const { version, stream } = readJson<
      { version: string; stream: readonly Command[] }
    >(`${folder}/stream-stock.json`);
    const tree = readTree(`${folder}/fail2ban-config`, {
      isEveryJail: true,
      version,
      confPath: "/etc/fail2ban",
    });
    assert.deepEqual(tree.problems, []);
    const names = stream.filter(([verb]) => verb === "add").map(([, n]) => n);
    assert.deepEqual(tree.jails.map(({ name }) => name), names);
    for (const jail of tree.jails) {
      const commands = stream.filter(([, name]) => name === jail.name);
      assert.deepEqual(factsOfJail(jail), factsOfStream(commands), jail.name);
    }
  },
});

Deno.test({
  name: "readTree() resolves every jail of Debian's package as that does",
  ignore: !MACHINE_TREE.exists(`${FAIL2BAN_CONFIG}/jail.conf`) ||
    !MACHINE_TREE.exists(FAIL2BAN_MODULES),
  fn() {
    const { version, stream } = resolveByFail2ban(FAIL2BAN_CONFIG);
    const tree = readTree(FAIL2BAN_CONFIG, { isEveryJail: true, version });
    assert.deepEqual(tree.problems, []);
    assert.ok(tree.jails.length > 80);
    for (const jail of tree.jails) {
      const commands = stream.filter(([, name]) => name === jail.name);
      assert.deepEqual(
        withoutFamilies(factsOfJail(jail)),
        withoutFamilies(factsOfStream(commands)),
        jail.name,
      );
    }
  },
});

/** Whether a parameter of the jail goes before `[Init?family=inet6]` differs: since 1.1 it does. */
function withoutFamilies(facts: JailFacts): JailFacts {
  const actions = facts.actions.map(({ name, values }) => ({
    name,
    values: values.filter(([key]) => !key.includes("?")),
  }));
  return { ...facts, actions };
}

/** The tests' filters include the stock ones by a path of fail2ban's own source tree. */
function withStockIncludes(): TreeFiles {
  const map = (path: string) =>
    path.replace(
      /^.*\/\.\.\/\.\.\/\.\.\/\.\.\/config\//,
      `${folder}/fail2ban-config/`,
    );
  return {
    readText: (path) => MACHINE_TREE.readText(map(path)),
    listFolder: (path) => MACHINE_TREE.listFolder(map(path)),
    exists: (path) => MACHINE_TREE.exists(map(path)),
  };
}

function pickFilter(record: FilterRecord) {
  return {
    prefregex: record.prefregex,
    failregex: record.failregex,
    ignoreregex: record.ignoreregex,
    datepattern: record.datepattern,
    journalmatch: record.journalmatch,
    maxlines: record.maxlines,
    usedns: record.usedns,
  };
}
