/**
 * The import rules of this project, as one function that the lint plugin and the graph check share.
 *
 *     src/util ← src/config ← stages ← src/scan ← src/*.ts ← src/cli ← main.ts
 *
 * @module
 */

/** The folders of `src/` that are stages, in the order the data flows. */
export const STAGES = [
  "source",
  "match",
  "ignore",
  "track",
  "act",
  "store",
  "control",
  "observe",
] as const;

/** The stages that compute only: no `Deno`, no `node:` module. */
export const PURE_STAGES: readonly string[] = ["match", "track"];

/** Where each npm package may be imported, besides test/ and scripts/; one that is not named here, nowhere. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  "aho-corasick": [],
  "fast-check": [],
  "nodemailer": ["actions/_mail_"],
  "re2js": ["src/match/"],
  "toml-eslint-parser": ["src/config/"],
  "zod": ["src/config/", "src/scan/", "src/act/", "src/control/", "src/cli/"],
  "zstddec": ["src/source/archive/"],
};

/** What lies beneath every layer: the version, and the file that states it. */
const FOUNDATION: readonly string[] = ["deno.json", "src/version.ts"];

/** The command that imports, and the script that measures how well it does. */
const IMPORTING = /^(?:src\/cli\/import|scripts\/conformance)[^/]*\.ts$/;

const CONTRACT = "src/act/contract.ts";

const RANKS: Readonly<Record<string, number>> = {
  util: 0,
  config: 1,
  ...Object.fromEntries(STAGES.map((stage) => [stage, 2])),
  scan: 3,
  daemon: 4,
  cli: 5,
  main: 6,
};

/**
 * One import statement.
 *
 *     { from: "src/act/dispatch.ts", to: "src/track/types.ts", isTypeOnly: true }
 *     { from: "src/config/load.ts", to: "npm:zod", isTypeOnly: false }
 */
export interface ImportEdge {
  /** Path from the project's root. */
  readonly from: string;
  /** Path from the project's root, or `npm:…`, `node:…`. */
  readonly to: string;
  /** Whether it is `import type` or `export type`; a single `{ type X }` is not. */
  readonly isTypeOnly: boolean;
}

/** @returns what is wrong with the import, or `undefined` where it is allowed */
export function judgeImport(edge: ImportEdge): string | undefined {
  const reason = findReason(edge);
  return reason === undefined
    ? undefined
    : `Cannot import "${edge.to}" into "${edge.from}": ${reason}`;
}

/**
 * Names the part of the project that a file belongs to.
 *
 * @param path from the project's root
 * @returns `util`, `config`, a stage, `daemon` (files right in src/), `cli`, `main`, or the name of another top folder
 */
export function zoneOf(path: string): string {
  if (FOUNDATION.includes(path)) return "util";
  const [top = "", second = "", ...rest] = path.split("/");
  if (top === "main.ts") return "main";
  if (top !== "src") return top;
  return rest.length === 0 ? "daemon" : second;
}

function findReason(edge: ImportEdge): string | undefined {
  const from = zoneOf(edge.from);
  if (from === "actions") return judgeAction(edge);
  if (/^(npm|node):/.test(edge.to)) return judgePackage(edge);
  const to = zoneOf(edge.to);
  return judgePrivate(edge) ?? judgeTools(edge) ??
    (from === to ? undefined : judgeRanks(edge));
}

/** An action that is more than one file has the others private to the folder; they are as bound as it is, but for packages. */
function judgeAction(edge: ImportEdge): string | undefined {
  if (edge.to === CONTRACT && edge.isTypeOnly) return undefined;
  if (/^actions\/_/.test(edge.to)) return undefined;
  const isPrivate = /^actions\/_/.test(edge.from);
  return isPrivate && /^(npm|node):/.test(edge.to)
    ? judgePackage(edge)
    : `an action is bound to its contract alone, expected import type from ${CONTRACT}`;
}

function judgePackage(edge: ImportEdge): string | undefined {
  const from = zoneOf(edge.from);
  if (from === "test" || from === "scripts") return undefined;
  if (edge.to.startsWith("node:")) {
    return PURE_STAGES.includes(from)
      ? `src/${from} computes only, expected no node: module`
      : undefined;
  }
  const name = /^npm:\/?((?:@[^/]+\/)?[^/@]+)/.exec(edge.to)?.[1] ?? "";
  const homes = PACKAGE_HOMES[name];
  if (homes?.some((home) => edge.from.startsWith(home))) return undefined;
  return `the package has no home there, expected it in ${
    homes?.join(" or ") || "test/ only"
  } (scripts/layers.ts)`;
}

function judgePrivate(edge: ImportEdge): string | undefined {
  const slash = edge.to.lastIndexOf("/");
  if (!edge.to.slice(slash + 1).startsWith("_")) return undefined;
  const folder = edge.to.slice(0, slash + 1);
  const isInside = edge.from.startsWith(folder) ||
    zoneOf(edge.from) === "test";
  return isInside ? undefined : `a file named _* is private to ${folder}`;
}

function judgeTools(edge: ImportEdge): string | undefined {
  const from = zoneOf(edge.from);
  const to = zoneOf(edge.to);
  if (from === to || from === "test") return undefined;
  if (to === "test" || to === "scripts") return `nothing imports ${to}/`;
  if (to === "importer" && !IMPORTING.test(edge.from)) {
    return "only src/cli/import*.ts and scripts/conformance*.ts import importer/";
  }
  return undefined;
}

function judgeRanks(edge: ImportEdge): string | undefined {
  const from = zoneOf(edge.from);
  if (from === "test" || from === "scripts") return undefined;
  const to = zoneOf(edge.to);
  if (to === "importer") return undefined;
  if (to === "actions") {
    return from === "act" ? undefined : "only src/act knows the actions";
  }
  const toRank = RANKS[to];
  if (toRank === undefined) return `${to} is no layer (scripts/layers.ts)`;
  // The importer makes configurations, so it stands on the stages and below the daemon.
  const fromRank = from === "importer" ? 3 : RANKS[from];
  if (fromRank === undefined) return `${from} is no layer (scripts/layers.ts)`;
  if (fromRank < toRank || (from === "importer" && toRank === 3)) {
    return "imports go down only: util ← config ← stages ← daemon ← cli ← main";
  }
  if (fromRank > toRank) return undefined;
  return edge.isTypeOnly || edge.to.endsWith("/types.ts")
    ? undefined
    : "a stage sees another stage's types only, expected import type or its types.ts";
}
