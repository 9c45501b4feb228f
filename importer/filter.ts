/**
 * A filter with its options put in: the patterns as fail2ban's server would get them.
 *
 * @module
 */

import { Definition, type Values } from "./definition.ts";
import { splitShellWords } from "../src/util/shell_words.ts";
import { parseWhole } from "./options.ts";
import { ConfigTree } from "./read_config.ts";
import { TreeError } from "./tree_error.ts";
import { MACHINE_TREE, type TreeFiles } from "./tree_files.ts";

/** Keys that a filter has, and that a jail may set in its stead. */
export const FILTER_KEYS = [
  "usedns",
  "prefregex",
  "ignoreregex",
  "failregex",
  "maxlines",
  "datepattern",
  "journalmatch",
] as const;

/** What a filter, or a jail with it, comes to. Patterns are fail2ban's, `<HOST>` and `<F-…>` still in them. */
export interface FilterSettings {
  readonly prefregex?: string;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly maxlines?: number;
  /** One pattern a line. */
  readonly datepattern?: string;
  /** For each match its words: `["_COMM=sshd", "+", "_COMM=sshd-session"]` */
  readonly journalmatch: readonly (readonly string[])[];
  readonly usedns?: string;
}

/** A filter's file with a jail's options. */
export interface ResolveFilterOptions {
  /** `filter = NAME[KEY=VALUE]` */
  readonly options?: Readonly<Record<string, string>>;
  /** Decides the kind of log where nothing else does. */
  readonly backend?: string;
  /** Default: the machine's. */
  readonly files?: TreeFiles;
}

/**
 * Resolves `filter.d/NAME.conf` of a folder such as /etc/fail2ban.
 *
 *     resolveFilter("/etc/fail2ban", "sshd", { options: { mode: "aggressive" } }).failregex
 *
 * @throws {TreeError} when there is no such filter, or it cannot be resolved
 */
export function resolveFilter(
  configFolder: string,
  filterName: string,
  { options = {}, backend = "", files = MACHINE_TREE }: ResolveFilterOptions =
    {},
): FilterSettings {
  const tree = new ConfigTree(configFolder, files);
  const parameters = new Map(Object.entries(options));
  const filter = openFilter(tree, filterName, { parameters, backend });
  const first = tree.problems[0];
  if (first !== undefined) {
    throw new TreeError(`${first.file}:${first.line}: ${first.message}`, {
      consequence: "does not start with it",
    });
  }
  filter.read(new Map());
  return toFilterSettings(filter.combine());
}

/**
 * Opens a filter's file without reading values from it.
 *
 * @throws {TreeError} when there is none
 */
export function openFilter(
  tree: ConfigTree,
  name: string,
  { parameters, backend }: {
    readonly parameters: Values;
    readonly backend: string;
  },
): Definition {
  const config = tree.readConfig(`filter.d/${name}`);
  if (config === undefined) {
    throw new TreeError(
      `Cannot find filter "${name}": there is no filter.d/${name}.conf, expected one`,
      { consequence: "skips this jail" },
    );
  }
  const filter = new Definition(config, parameters, FILTER_KEYS);
  const isGiven = (filter.parameters.get("logtype") ?? "") !== "";
  if (!isGiven && !filter.has("logtype")) {
    const isJournal = backend.startsWith("systemd");
    filter.parameters.set("logtype", isJournal ? "journal" : "file");
  }
  return filter;
}

/** @param values with all tags put in */
export function toFilterSettings(values: Values): FilterSettings {
  const maxlines = parseWhole(values.get("maxlines") ?? "");
  return {
    ...definedOnly({
      prefregex: values.get("prefregex"),
      datepattern: values.get("datepattern"),
      usedns: values.get("usedns"),
    }),
    ...(maxlines === undefined ? {} : { maxlines }),
    failregex: splitLines(values.get("failregex")),
    ignoreregex: splitLines(values.get("ignoreregex")),
    journalmatch: splitLines(values.get("journalmatch")).map(splitMatch),
  };
}

/**
 * Puts a jail's own settings beside those of its filter, in the order in which fail2ban sends them.
 *
 * @param filter what `filter = NAME[…]` comes to: a parameter there goes before the jail's own key
 */
export function joinSettings(
  filter: FilterSettings,
  jail: FilterSettings,
): FilterSettings {
  return {
    ...jail,
    ...filter,
    ...definedOnly({ datepattern: jail.datepattern ?? filter.datepattern }),
    failregex: [...filter.failregex, ...jail.failregex],
    ignoreregex: [...filter.ignoreregex, ...jail.ignoreregex],
    journalmatch: [...filter.journalmatch, ...jail.journalmatch],
  };
}

function splitLines(text: string | undefined): string[] {
  return (text ?? "").split("\n").filter((line) => line !== "");
}

function splitMatch(line: string): string[] {
  const words = splitShellWords(line);
  if (words !== undefined) return words;
  throw new TreeError(
    `Cannot read journalmatch "${line}": a quote stays open, expected it closed`,
    { consequence: "does not start with it" },
  );
}

function definedOnly(
  values: Readonly<
    Record<"prefregex" | "datepattern" | "usedns", string | undefined>
  >,
): Partial<Record<"prefregex" | "datepattern" | "usedns", string>>;
function definedOnly(
  values: Readonly<Record<"datepattern", string | undefined>>,
): Partial<Record<"datepattern", string>>;
function definedOnly(
  values: Readonly<Record<string, string | undefined>>,
): Partial<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  );
}
