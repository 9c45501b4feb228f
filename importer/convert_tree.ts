/**
 * From a resolved tree to the files of a configuration, and what became of each jail.
 *
 * @module
 */

import type { ConfigProblem } from "../src/config/types.ts";
import type { PatternCheck } from "../src/config/check_patterns.ts";
import { checkJail } from "./check_jail.ts";
import type { ResolvedJail } from "./jail.ts";
import type { FilterSettings } from "./filter.ts";
import { mapFilter } from "./map_filter.ts";
import {
  isSame,
  jailEntries,
  mapJail,
  type MappedJail,
  simplify,
} from "./map_jail.ts";
import { BUILT_IN_VALUES } from "./map_values.ts";
import { judge, type Outcome, type OutcomeNote } from "./outcome.ts";
import type { ResolvedTree } from "./read_tree.ts";
import {
  formatComment,
  formatEntry,
  formatKey,
  type TomlEntry,
  type TomlValue,
} from "./toml_text.ts";
import type { TreeFiles } from "./tree_files.ts";

/** What an import comes to. */
export interface Conversion {
  /** Texts by path below the output's folder: `config.toml`, `filters.d/sshd.toml`. */
  readonly files: ReadonlyMap<string, string>;
  /** Jails, then filters, then fail2ban.conf. */
  readonly outcomes: readonly Outcome[];
  /** The jails that were written, in the order of the tree. */
  readonly jails: readonly ConvertedJail[];
  readonly problems: readonly ConfigProblem[];
  /** Names of jails that are not enabled; they are not written. */
  readonly disabled: readonly string[];
}

/** A jail that was written. */
export interface ConvertedJail {
  /** fail2ban's name. */
  readonly name: string;
  /** Ours. */
  readonly ownName: string;
  /** Name of its filter file; absent: bans of other jails are its failures. */
  readonly filter?: string;
  /** False where it could not run; its table says why. */
  readonly isEnabled: boolean;
}

/** A jail with its filter's file. */
interface Draft {
  readonly jail: MappedJail;
  /** Absent: bans of other jails are its failures. */
  readonly filter?: string;
}

/**
 * Converts a tree. Jails that our own check would refuse are written disabled, with the reason.
 *
 * @param options `files`: where logs are looked for; `checkPattern`: what our engine says of a pattern
 */
export function convertTree(
  tree: ResolvedTree,
  { files, checkPattern }: {
    readonly files: TreeFiles;
    readonly checkPattern?: PatternCheck;
  },
): Conversion {
  const filters = new FilterFiles(tree.folder);
  const jailNames = tree.jails.map(({ name }) => name);
  const drafts = tree.jails.map((resolved): Draft => {
    const jail = mapJail(resolved, { files, jailNames });
    if (jail.source.isBans === true) return { jail };
    const settings = jail.source.journal === undefined
      ? resolved.settings
      : resolved.settingsForJournal ?? resolved.settings;
    return { jail, filter: filters.add(resolved, settings) };
  });
  const defaults = findDefaults(drafts.map(({ jail }) => jail));
  const outcomes: Outcome[] = [];
  const jails: ConvertedJail[] = [];
  const head = formatHead(tree, defaults);
  const tables = drafts.map((draft) => {
    const context = { defaults: defaults.values, folder: tree.folder };
    const table = formatJail(draft, context);
    const { name, ownName, notes, source } = draft.jail;
    const refusal = source.isDead
      ? source.notes.slice(-1)
      : checkJail(`${head}${table}`, filters.files, checkPattern);
    outcomes.push(judge("jail", name, [...new Set([...notes, ...refusal])]));
    const isEnabled = refusal.length === 0;
    const { filter } = draft;
    jails.push({
      name,
      ownName,
      isEnabled,
      ...(filter === undefined ? {} : { filter }),
    });
    return isEnabled
      ? table
      : formatJail(draft, { ...context, reasons: refusal });
  });
  outcomes.push(...tree.failed.map((name) => failedOutcome(name, tree)));
  return {
    files: new Map([
      ["config.toml", `${head}${tables.join("")}`],
      ...[...filters.files].map(([name, text]) =>
        [`filters.d/${name}.toml`, text] as const
      ),
    ]),
    outcomes: [...outcomes, ...filters.outcomes, ...daemonOutcomes(tree)],
    jails,
    problems: tree.problems,
    disabled: tree.disabled,
  };
}

/** Filter files; jails with the same patterns share one. */
class FilterFiles {
  readonly files = new Map<string, string>();
  readonly outcomes: Outcome[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns the name of the jail's filter file */
  add({ name: jail, filter }: ResolvedJail, settings: FilterSettings): string {
    const options = [...filter?.options ?? []]
      .filter(([key, value]) => key !== "mode" || value !== "normal")
      .map(([key, value]) => `${key}=${value}`).join(", ");
    const file = filter === undefined
      ? `jail ${jail}`
      : `filter ${filter.name}`;
    const source = options === "" ? file : `${file}, ${options}`;
    const mode = filter?.options.get("mode") ?? "normal";
    const base = toFileName(filter?.name ?? jail);
    for (const name of candidates(base, { mode, jail })) {
      const mapped = mapFilter(name, settings, source);
      const present = this.files.get(name);
      if (present !== undefined && present !== mapped.text) continue;
      if (present === undefined) {
        this.files.set(name, mapped.text);
        this.outcomes.push(judge("filter", name, mapped.notes));
      }
      return name;
    }
    throw new RangeError(
      `Cannot name the filter of jail "${jail}" of "${this.#folder}"`,
    );
  }
}

function* candidates(
  base: string,
  { mode, jail }: { readonly mode: string; readonly jail: string },
): Generator<string> {
  yield base;
  if (mode !== "normal") yield toFileName(`${base}-${mode}`);
  yield toFileName(jail);
  for (let number = 2; number < 10_000; number++) {
    yield `${base.slice(0, 58)}-${number}`;
  }
}

function toFileName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, "-").replace(/^[^\w]+/, "")
    .slice(0, 64) || "filter";
}

/** Values that most jails share. */
interface Defaults {
  readonly values: ReadonlyMap<string, TomlValue>;
  readonly entries: readonly TomlEntry[];
}

function findDefaults(jails: readonly MappedJail[]): Defaults {
  const values = new Map<string, TomlValue>();
  const entries: TomlEntry[] = [];
  for (const [key, builtIn] of BUILT_IN_VALUES) {
    const counts = new Map<string, number>();
    for (const jail of jails) {
      const mapped = jail.values.get(key);
      const text = JSON.stringify(mapped?.value ?? builtIn);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const [text, count] = [...counts]
      .reduce((best, each) => each[1] > best[1] ? each : best, ["", 0]);
    if (jails.length < 2 || count * 2 <= jails.length) continue;
    const value: TomlValue = JSON.parse(text);
    if (isSame(value, builtIn)) continue;
    values.set(key, value);
    entries.push({ key, value: simplify(key, value) });
  }
  return { values, entries };
}

function formatHead(tree: ResolvedTree, defaults: Defaults): string {
  const level = LEVELS.get(tree.daemon.get("loglevel")?.toUpperCase() ?? "");
  const parts = [formatComment(`Imported from ${tree.folder}.`)];
  if (level !== undefined) {
    parts.push(`\n[logging]\n${formatEntry({ key: "level", value: level })}`);
  }
  if (defaults.entries.length > 0) {
    parts.push(`\n[defaults]\n${defaults.entries.map(formatEntry).join("")}`);
  }
  return parts.join("");
}

/** fail2ban's levels that are not ours by default. */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ["CRITICAL", "error"],
  ["ERROR", "error"],
  ["WARNING", "warn"],
  ["DEBUG", "debug"],
  ["HEAVYDEBUG", "debug"],
  ["TRACEDEBUG", "debug"],
]);

/** @param context `reasons`: why the jail is written disabled */
function formatJail(
  { jail, filter }: Draft,
  context: {
    readonly defaults: ReadonlyMap<string, TomlValue>;
    readonly folder: string;
    readonly reasons?: readonly OutcomeNote[];
  },
): string {
  const { reasons = [] } = context;
  const comment = reasons.map(({ what }) => formatComment(what)).join("");
  const state: TomlEntry[] = reasons.length === 0
    ? []
    : [{ key: "enabled", value: false }];
  const entries = jailEntries(jail, { ...context, filter });
  const lines = [...state, ...entries].map(formatEntry).join("");
  return `\n${comment}[jail.${formatKey(jail.ownName)}]\n${lines}`;
}

/** fail2ban.conf: what is there as it comes is not worth a word. */
function daemonOutcomes({ daemon }: ResolvedTree): Outcome[] {
  const notes: OutcomeNote[] = [];
  const target = daemon.get("logtarget") ?? STOCK_LOG;
  if (target !== STOCK_LOG) {
    notes.push({
      what:
        `logtarget ${target} is not carried over: the log goes to standard error`,
    });
  }
  for (
    const [key, stock] of [["allowipv6", "auto"], ["dbpurgeage", "1d"]] as const
  ) {
    const value = daemon.get(key) ?? stock;
    if (value === stock) continue;
    notes.push({
      what: `${key} ${value} is not carried over`,
      ...(key === "dbpurgeage" ? { advice: DECAY_ADVICE } : {}),
    });
  }
  return notes.length === 0 ? [] : [judge("daemon", "fail2ban.conf", notes)];
}

const STOCK_LOG = "/var/log/fail2ban.log";

const DECAY_ADVICE =
  "bans count for good; ban_count_decay in [global] has them forgotten";

function failedOutcome(name: string, tree: ResolvedTree): Outcome {
  const notes = tree.problems.filter((problem) => problem.jail === name)
    .map(({ message }) => ({ what: message, isLoss: true }));
  return judge("jail", name, notes);
}
