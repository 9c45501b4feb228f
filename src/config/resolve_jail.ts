/**
 * From a jail's table to the jail as the stages see it.
 *
 * @module
 */

import { isJailName } from "../util/jail_name.ts";
import { suggest } from "../util/suggest.ts";
import { JAIL_ALIASES } from "./aliases.ts";
import { checkBanSource } from "./ban_source.ts";
import { toEscalation } from "./escalation_schema.ts";
import type { Field } from "./fields.ts";
import {
  checkPatterns,
  type FilterFile,
  NORMAL_MODE,
  type PatternCheck,
} from "./filter_file.ts";
import { type FilterLibrary, patternsOf } from "./filter_library.ts";
import { IGNORE_CACHE } from "./ignore_command_schema.ts";
import { checkTable, showText } from "./issues.ts";
import { type JailInput, REFUSED_JAIL_KEYS } from "./jail_schema.ts";
import { JOURNAL_PLACES, toJournalPlace } from "./journal_schema.ts";
import { ConfigError } from "./problems.ts";
import { checkStream, toStream } from "./stream_schema.ts";
import { findPlace, problemAt, type TableNode, toPlain } from "./tree.ts";
import type {
  ConfigProblem,
  DateFormat,
  JailConfig,
  JailPlaces,
  Mode,
} from "./types.ts";

/** What all jails share while they are read. */
export interface JailContext {
  readonly schema: Field<JailInput>;
  readonly library: FilterLibrary;
  readonly checkPattern?: PatternCheck | undefined;
  /** `[global] mode`. */
  readonly mode: Mode;
  /** Names of all jails, the disabled ones included. */
  readonly jailNames: ReadonlySet<string>;
  /** `[global] ban_count_decay`; `Infinity` for not at all. */
  readonly decaySeconds: number;
}

/** A jail or what is wrong with it. */
export type ResolvedJail =
  | {
    readonly jail: JailConfig;
    readonly places: JailPlaces;
    readonly problems?: undefined;
  }
  | { readonly jail?: undefined; readonly problems: readonly ConfigProblem[] };

/** What a filter comes to. */
interface Patterns {
  readonly fail: readonly string[];
  readonly ignore: readonly string[];
  readonly dateFormat: DateFormat;
  /** Keys of the filter alone, where it has them. */
  readonly more?: Pick<
    JailConfig,
    "syntax" | "prefixPattern" | "maxLines" | "datePattern" | "useDns"
  >;
}

/** A customer's network: whoever has one address of it has them all. fail2ban bans single addresses. */
const DEFAULT_IPV6_PREFIX = 64;

const NO_PATTERNS: Patterns = { fail: [], ignore: [], dateFormat: "auto" };

/** @param table the jail's own keys over those of `[defaults]` */
export function resolveJail(
  name: string,
  table: TableNode,
  context: JailContext,
): ResolvedJail {
  if (!isJailName(name)) {
    return { problems: [badName(name, table)] };
  }
  const { input, problems, wrongKeys } = readInput(name, table, context.schema);
  const found = [...problems];
  const { jailNames } = context;
  found.push(...checkBanSource(name, { input, table, jailNames }));
  const isLog = input.source !== "bans";
  const isUnread = hasAny(wrongKeys, [
    "source",
    "log_path",
    "log_backend",
    "log_command",
  ]);
  if (input.enabled && isLog && !isUnread) {
    found.push(...checkSource(name, input, table));
  }
  const patterns = !isLog || hasAny(wrongKeys, ["source", "filter"])
    ? NO_PATTERNS
    : resolveFilter({ name, input, table }, context, found);
  found.push(...checkPatterns(input.ignoreregex, {
    root: table,
    path: ["ignoreregex"],
  }, { kind: "ignore", checkPattern: context.checkPattern }));
  found.push(...checkPatterns(input.reset_on_success, {
    root: table,
    path: ["reset_on_success"],
  }, { kind: "fail", checkPattern: context.checkPattern }));
  if (found.length > 0) return { problems: found };
  return {
    jail: buildJail(name, input, { ...context, patterns }),
    places: {
      ...(isLog ? {} : { source: findPlace(table, ["source"]) }),
      logPaths: (input.log_path ?? []).map((_, index) =>
        findPlace(table, ["log_path", index])
      ),
      failPatterns: patterns.fail.map((_, index) =>
        findPlace(table, ["filter", index])
      ),
    },
  };
}

/** Reads the table; where keys of it are wrong, what the others say, so that all problems are found at once. */
function readInput(
  name: string,
  table: TableNode,
  schema: Field<JailInput>,
): {
  readonly input: JailInput;
  readonly problems: readonly ConfigProblem[];
  readonly wrongKeys: ReadonlySet<string>;
} {
  const checked = checkTable(schema, table, {
    name: `[jail.${name}]`,
    aliases: JAIL_ALIASES,
    refused: REFUSED_JAIL_KEYS,
  });
  if (checked.problems === undefined) {
    return { input: checked.value, problems: [], wrongKeys: new Set() };
  }
  const { problems, keys } = checked;
  const entries = new Map(
    [...table.entries].filter(([key]) => !keys.has(key)),
  );
  const input = schema.parse(toPlain({ ...table, entries }));
  return { input, problems, wrongKeys: keys };
}

function hasAny(
  keys: ReadonlySet<string>,
  names: readonly string[],
): boolean {
  return names.some((name) => keys.has(name));
}

function badName(name: string, table: TableNode): ConfigProblem {
  return problemAt(
    table.place,
    `Cannot use jail ${
      showText(name)
    }: it is no name of a jail, expected 1 to 64 letters, digits, "_", "." or "-", the first a letter or digit`,
  );
}

function checkSource(
  name: string,
  input: JailInput,
  table: TableNode,
): ConfigProblem[] {
  const stream = checkStream(name, input, table);
  if (stream !== undefined) return stream;
  if (input.log_backend === "systemd") {
    return checkJournal(name, input, table);
  }
  if (input.log_path !== undefined && input.log_path.length > 0) return [];
  return [problemAt(
    findPlace(table, ["log_path"]),
    `Cannot watch jail "${name}": log_path is missing, expected the absolute path of its log file`,
  )];
}

/** What reads the journal reads it alone, and one of it. */
function checkJournal(
  name: string,
  input: JailInput,
  table: TableNode,
): ConfigProblem[] {
  const problem = (key: string, state: string) =>
    problemAt(
      findPlace(table, [key]),
      `Cannot watch the journal for jail "${name}": ${state}`,
    );
  const problems: ConfigProblem[] = [];
  if (input.log_path !== undefined && input.log_path.length > 0) {
    problems.push(problem(
      "log_path",
      "log_path is set as well, expected a jail of its own for the files",
    ));
  }
  const [first, second] = JOURNAL_PLACES.filter((key) =>
    input[key] !== undefined && input[key].length > 0
  );
  if (first !== undefined && second !== undefined) {
    problems.push(problem(
      second,
      `${first} and ${second} are set, expected one of them`,
    ));
  }
  return problems;
}

/** A jail that is not enabled may lack its filter. */
function resolveFilter(
  { name, input, table }: {
    readonly name: string;
    readonly input: JailInput;
    readonly table: TableNode;
  },
  context: JailContext,
  problems: ConfigProblem[],
): Patterns {
  const choice = input.filter ??
    { kind: "name", name, mode: NORMAL_MODE } as const;
  if (choice.kind === "patterns") {
    problems.push(...checkPatterns(choice.patterns, {
      root: table,
      path: ["filter"],
    }, { kind: "fail", checkPattern: context.checkPattern }));
    return { ...NO_PATTERNS, fail: choice.patterns };
  }
  const found = findFilter(choice, table, context.library);
  if (!Array.isArray(found)) return found;
  if (input.enabled) problems.push(...found);
  return NO_PATTERNS;
}

function findFilter(
  choice: { readonly name: string; readonly mode: string },
  table: TableNode,
  library: FilterLibrary,
): Patterns | ConfigProblem[] {
  try {
    const filter = library.find(choice.name);
    if (filter === undefined) {
      return [problemAt(
        findPlace(table, ["filter", "name"]),
        describeMissing(choice.name, library),
      )];
    }
    const fail = patternsOf(filter, choice.mode);
    if (fail === undefined) {
      const modes = [NORMAL_MODE, ...filter.modes.keys()].join(", ");
      return [problemAt(
        findPlace(table, ["filter", "mode"]),
        `Cannot use mode ${
          showText(choice.mode)
        } of filter "${filter.name}": it is not known, expected ${modes}`,
      )];
    }
    const { ignorePatterns, dateFormat } = filter;
    return { fail, ignore: ignorePatterns, dateFormat, more: moreOf(filter) };
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems];
    throw error;
  }
}

function moreOf(
  { syntax, prefixPattern, maxLines, datePattern, useDns }: FilterFile,
): NonNullable<Patterns["more"]> {
  return {
    ...(syntax === undefined ? {} : { syntax }),
    ...(prefixPattern === undefined ? {} : { prefixPattern }),
    ...(maxLines === undefined ? {} : { maxLines }),
    ...(datePattern === undefined ? {} : { datePattern }),
    ...(useDns === undefined ? {} : { useDns }),
  };
}

function describeMissing(name: string, library: FilterLibrary): string {
  const names = library.names();
  const nearest = suggest(name, names);
  const head = `Cannot find filter ${showText(name)}: there is no such filter`;
  return nearest === undefined
    ? `${head}, expected ${
      names.length === 0 ? "" : `one of ${names.join(", ")}, or `
    }a list of patterns`
    : `${head}, did you mean "${nearest}"?`;
}

function buildJail(
  name: string,
  input: JailInput,
  { patterns, mode, decaySeconds }:
    & { readonly patterns: Patterns }
    & Pick<JailContext, "mode" | "decaySeconds">,
): JailConfig {
  const place = toJournalPlace(input);
  const stream = toStream(input);
  const journalPlace = place === undefined ? {} : { journalPlace: place };
  return {
    name,
    enabled: input.enabled,
    mode: mode === "simulate" ? "simulate" : input.mode ?? mode,
    logPaths: input.log_path ?? [],
    logBackend: input.log_backend,
    ...(stream === undefined ? {} : { stream }),
    ...(input.source === "bans" ? { bansOf: input.jails } : {}),
    journalMatch: input.journalmatch,
    ...journalPlace,
    dateFormat: input.date_format ?? patterns.dateFormat,
    failPatterns: patterns.fail,
    ignorePatterns: [...patterns.ignore, ...input.ignoreregex],
    ...(input.reset_on_success.length === 0
      ? {}
      : { successPatterns: input.reset_on_success }),
    ...patterns.more,
    maxRetry: input.max_retry,
    findTimeSeconds: input.find_time,
    banTimeSeconds: input.ban_time,
    ipv6Prefix: input.ipv6_prefix ??
      (patterns.more?.syntax === "fail2ban" ? 128 : DEFAULT_IPV6_PREFIX),
    ...(input.subnet_bans === undefined
      ? {}
      : { subnetBans: input.subnet_bans }),
    escalation: toEscalation(input, decaySeconds),
    ports: input.backend.isAllPorts ? [] : input.port,
    protocols: input.protocol,
    ignoreNetworks: input.ignoreip.networks,
    ...(input.ignoreip.names.length === 0
      ? {}
      : { ignoreNames: input.ignoreip.names }),
    ignoreSelf: input.ignoreself,
    ...toIgnoreCommand(input),
    rebanOnRestart: input.reban_on_restart,
    backend: input.backend.backend,
    ...(input.webhook === undefined ? {} : { webhook: input.webhook }),
  };
}

function toIgnoreCommand(
  { ignore_command: command, ignore_cache }: JailInput,
): Pick<JailConfig, "ignoreCommand"> {
  if (command === undefined || command === "") return {};
  const cache = ignore_cache ?? IGNORE_CACHE.parse({});
  return { ignoreCommand: { command, cache } };
}
