/**
 * From a jail's table to the jail as the stages see it.
 *
 * @module
 */

import { isJailName } from "../util/jail_name.ts";
import type { ActionChoice } from "./action_schema.ts";
import { JAIL_ALIASES } from "./aliases.ts";
import {
  checkAuto,
  type ChosenSource,
  isAuto,
  resolveAuto,
} from "./auto_source.ts";
import { checkBanSource } from "./ban_source.ts";
import { checkChainBackend } from "./chain_backend.ts";
import type { SourceLook } from "./choose_source.ts";
import { toEscalation } from "./escalation_schema.ts";
import { checkFeedSource } from "./feed_source.ts";
import { concealActions } from "./conceal.ts";
import type { Field } from "./fields.ts";
import { checkPatterns } from "./check_patterns.ts";
import { IGNORE_CACHE } from "./ignore_command_schema.ts";
import { checkTable, showText } from "./issues.ts";
import { type JailInput, REFUSED_JAIL_KEYS } from "./jail_schema.ts";
import { JOURNAL_PLACES, toJournalPlace } from "./journal_schema.ts";
import { toJsonLines } from "./json_lines.ts";
import {
  FILTER_KEYS,
  type FilterContext,
  NO_PATTERNS,
  type Patterns,
  resolveFilter,
} from "./resolve_filter.ts";
import { checkStream, toStream } from "./stream_schema.ts";
import { findPlace, problemAt, type TableNode, toPlain } from "./tree.ts";
import type { ConfigProblem, JailConfig, JailPlaces, Mode } from "./types.ts";

/** What all jails share while they are read. */
export interface JailContext extends FilterContext {
  readonly schema: Field<JailInput>;
  /** `[global] mode`. */
  readonly mode: Mode;
  /** Names of all jails, the disabled ones included. */
  readonly jailNames: ReadonlySet<string>;
  /** `[global] ban_count_decay`; `Infinity` for not at all. */
  readonly decaySeconds: number;
  /** How logs are looked for; absent: they are not. */
  readonly look?: SourceLook | undefined;
}

/** A jail or what is wrong with it. */
export type ResolvedJail =
  | {
    readonly jail: JailConfig;
    readonly places: JailPlaces;
    /** What it says of its actions, which are not known here. */
    readonly actions: readonly ActionChoice[];
    readonly problems?: undefined;
  }
  | { readonly jail?: undefined; readonly problems: readonly ConfigProblem[] };

/** A customer's network: whoever has one address of it has them all. fail2ban bans single addresses. */
const DEFAULT_IPV6_PREFIX = 64;

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
  found.push(...checkFeedSource(name, { input, table }));
  found.push(...checkChainBackend(name, input, table));
  const isLog = input.source !== "bans" && input.source !== "feed";
  const isUnread = hasAny(wrongKeys, [
    "source",
    "log_path",
    "log_backend",
    "log_command",
    "log_syslog",
  ]);
  if (input.enabled && isLog && !isUnread) {
    found.push(...checkSource(name, input, table));
  }
  const isUnreadFilter = hasAny(wrongKeys, ["source", ...FILTER_KEYS]);
  const patterns = !isLog || isUnreadFilter
    ? NO_PATTERNS
    : resolveFilter({ name, input, table }, context, found);
  found.push(...checkPatterns(input.ignoreregex, {
    root: table,
    path: ["ignoreregex"],
  }, { kind: "ignore", checkPattern: context.checkPattern }));
  found.push(...checkPatterns(input.reset_on_success, {
    root: table,
    path: ["reset_on_success"],
  }, {
    kind: "fail",
    checkPattern: context.checkPattern,
    isHostElsewhere: (patterns.json.host ?? input.host) !== undefined,
  }));
  // What the filter says is not known where it is wrong itself.
  if (found.length === 0 && isLog && isChosen(input)) {
    found.push(...checkAuto(name, { input, table, usual: patterns.usual }));
  }
  if (found.length > 0) return { problems: found };
  const jail = buildJail(name, input, { ...context, patterns });
  return {
    jail,
    // Who brings hosts would be told of them again.
    actions: input.source === "feed" ? [] : input.actions,
    places: {
      ...(isLog ? {} : { source: findPlace(table, ["source"]) }),
      logPaths: jail.logPaths.map((_, index) =>
        findPlace(table, isAuto(input) ? ["log_path"] : ["log_path", index])
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
  const { keys } = checked;
  const problems = concealActions(checked.problems, table);
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

function buildJail(
  name: string,
  input: JailInput,
  { patterns, mode, decaySeconds, look }:
    & { readonly patterns: Patterns }
    & Pick<JailContext, "mode" | "decaySeconds" | "look">,
): JailConfig {
  const place = toJournalPlace(input);
  const stream = toStream(input);
  const journalPlace = place === undefined ? {} : { journalPlace: place };
  const json = toJsonLines(patterns.json);
  return {
    name,
    enabled: input.enabled,
    mode: mode === "simulate" ? "simulate" : input.mode ?? mode,
    ...chooseLogs(input, { usual: patterns.usual, look }),
    ...(stream === undefined ? {} : { stream }),
    ...(input.source === "bans" ? { bansOf: input.jails } : {}),
    ...(input.log_encoding === undefined
      ? {}
      : { logEncoding: input.log_encoding }),
    ...(input.start === undefined ? {} : { start: input.start }),
    ...(input.source === "feed" ? { feed: input.feed ?? "" } : {}),
    ...journalPlace,
    dateFormat: input.date_format ?? patterns.dateFormat,
    ...(input.log_time_zone === undefined
      ? {}
      : { logTimeZone: input.log_time_zone }),
    failPatterns: patterns.fail,
    ignorePatterns: [...patterns.ignore, ...input.ignoreregex],
    ...(input.reset_on_success.length === 0
      ? {}
      : { successPatterns: input.reset_on_success }),
    ...patterns.more,
    ...(json === undefined ? {} : { json }),
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
    ...(input.trusted_proxies.length === 0
      ? {}
      : { trustedProxies: input.trusted_proxies }),
    ignoreNetworks: [...input.ignoreip.networks, ...input.trusted_proxies],
    ...(input.ignoreip.names.length === 0
      ? {}
      : { ignoreNames: input.ignoreip.names }),
    ignoreSelf: input.ignoreself,
    ...toIgnoreCommand(input),
    // The list does not come again for a restart.
    rebanOnRestart: input.source === "feed" || input.reban_on_restart,
    backend: input.backend.backend,
  };
}

/** A jail that is not enabled reads nothing, so that nothing is looked for. */
function isChosen(input: JailInput): boolean {
  return input.enabled && isAuto(input);
}

function chooseLogs(
  input: JailInput,
  options: Parameters<typeof resolveAuto>[1],
): ChosenSource {
  if (isChosen(input)) return resolveAuto(input, options);
  return {
    logPaths: isAuto(input) ? [] : input.log_path ?? [],
    logBackend: input.log_backend,
    journalMatch: input.journalmatch,
  };
}

function toIgnoreCommand(
  { ignore_command: command, ignore_cache }: JailInput,
): Pick<JailConfig, "ignoreCommand"> {
  if (command === undefined || command === "") return {};
  const cache = ignore_cache ?? IGNORE_CACHE.parse({});
  return { ignoreCommand: { command, cache } };
}
