import assert from "node:assert/strict";
import { convertTree } from "../../importer/convert_tree.ts";
import type { ResolvedJail } from "../../importer/jail.ts";
import { splitWords } from "../../importer/options.ts";
import { readTree } from "../../importer/read_tree.ts";
import { readTime } from "../../importer/time_value.ts";
import { MACHINE_TREE, type TreeFiles } from "../../importer/tree_files.ts";
import { loadConfig } from "../../src/config/load.ts";
import { createServiceLookup, parsePorts } from "../../src/config/ports.ts";
import type { JailConfig } from "../../src/config/types.ts";
import { FAIL2BAN_CONFIG } from "../support/fail2ban.ts";
import { conformanceFolder } from "./shared.ts";

const folder = conformanceFolder();

/** Every folder has what the stock patterns match one of. */
const LOGS: TreeFiles = {
  readText: () => undefined,
  listFolder: () => ["error.log", "access.log", "tomcat9", "L1.log"],
  exists: () => true,
};

const SOURCES = [
  ["the stock configuration", `${folder ?? "/none"}/fail2ban-config`],
  ["Debian's package", FAIL2BAN_CONFIG],
] as const;

for (const [title, source] of SOURCES) {
  Deno.test({
    name: `convertTree() keeps what the jails of ${title} do`,
    ignore: !MACHINE_TREE.exists(`${source}/jail.conf`),
    fn() {
      const tree = readTree(source, { isEveryJail: true });
      const { files } = convertTree(tree, { files: LOGS });
      const config = loadConfig({
        file: "/out/config.toml",
        filtersFolders: ["/out/filters.d"],
        readText: (path) => files.get(path.slice("/out/".length)) ?? "",
        listFolder: () => [],
        exists: (path) => files.has(path.slice("/out/".length)),
        strict: true,
      });
      assert.ok(tree.jails.length > 80);
      const jails = new Map(config.jails.map((jail) => [jail.name, jail]));
      for (const jail of tree.jails) {
        const ours = jails.get(jail.name);
        assert.ok(ours !== undefined, jail.name);
        if (jail.name === "recidive") {
          // Its log is fail2ban's own.
          assert.equal(ours.bansOf?.length, aliveCount(tree.jails) - 1);
          const none = { fail: [], date: undefined };
          assert.deepEqual(ourFacts(ours), { ...theirFacts(jail), ...none });
          assert.equal(ours.enabled, true);
          continue;
        }
        assert.equal(ours.bansOf, undefined);
        assert.deepEqual(ourFacts(ours), theirFacts(jail), jail.name);
        assert.deepEqual(ourSource(ours), theirSource(jail), jail.name);
        assert.equal(ours.enabled, isAlive(jail), jail.name);
      }
    },
  });
}

function aliveCount(jails: readonly ResolvedJail[]): number {
  return jails.filter(isAlive).length;
}

function isAlive({ backend, logPaths }: ResolvedJail): boolean {
  return backend.startsWith("systemd") || logPaths.length > 0;
}

function ourSource({ logBackend, journalMatch, logPaths }: JailConfig) {
  return logBackend === "systemd" ? { journalMatch } : { logPaths };
}

/** Beside the journal it reads no file. */
function theirSource({ backend, logPaths, settings }: ResolvedJail) {
  return backend.startsWith("systemd")
    ? { journalMatch: settings.journalmatch.map((words) => words.join(" ")) }
    : { logPaths: [...new Set(logPaths.map(({ pattern }) => pattern))] };
}

function ourFacts(jail: JailConfig) {
  return {
    fail: jail.failPatterns,
    ignore: jail.ignorePatterns,
    prefix: jail.prefixPattern,
    date: jail.datePattern,
    lines: jail.maxLines ?? 1,
    maxRetry: jail.maxRetry,
    findTime: jail.findTimeSeconds,
    banTime: jail.banTimeSeconds,
    ports: jail.ports,
    protocols: new Set(jail.protocols),
    backend: jail.backend.kind,
    verdict: jail.backend.kind === "nftables" && jail.backend.verdict,
    ignoreCommand: jail.ignoreCommand?.command ?? "",
    remembers: (jail.ignoreCommand?.cache.maxTimeSeconds ?? 0) > 0,
  };
}

/** The stock actions reject; the parameters of all actions of a jail go together. */
function theirFacts(jail: ResolvedJail) {
  const settings = jail.settings;
  const of = (key: string) =>
    jail.actions.flatMap(({ values }) => splitWords(values.get(key) ?? ""));
  const isAll =
    jail.actions.some(({ file, values }) =>
      values.get("type") === "allports" || file.endsWith("-allports")
    ) || of("port").includes("0:65535");
  const verdict =
    jail.actions.some(({ values }) => values.get("blocktype") === "DROP")
      ? "drop"
      : "reject";
  const findService = createServiceLookup(
    () => MACHINE_TREE.readText("/etc/services") ?? "",
  );
  return {
    fail: settings.failregex,
    ignore: settings.ignoreregex,
    prefix: settings.prefregex,
    date: settings.datepattern,
    lines: settings.maxlines ?? 1,
    maxRetry: jail.values.get("maxretry"),
    findTime: readTime(String(jail.values.get("findtime"))),
    banTime: readTime(String(jail.values.get("bantime"))),
    ports: isAll
      ? []
      : parsePorts([...new Set(of("port"))], findService).ranges,
    protocols: new Set(of("protocol")),
    backend: "nftables",
    verdict,
    ignoreCommand: jail.values.get("ignorecommand") ?? "",
    remembers: (jail.values.get("ignorecache") ?? "") !== "",
  };
}
