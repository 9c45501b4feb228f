/**
 * One filter: `filters/NAME.toml`, patterns with the samples that prove them.
 *
 *     description = "…"
 *     head = "syslog"           # a beginning that many logs share (log_heads.ts), put before every pattern
 *     program = "vsftpd"        # the program's name in it
 *     prefix = '…'              # put behind the head
 *     prefix_pattern = '^…'     # or: searched first, and patterns then see its <F-CONTENT> alone
 *     fail = ['…from <HOST>$']
 *     ignore = []
 *     [mode.aggressive]
 *     with = ["normal", "ddos"] # modes whose patterns it has as well; default: those above
 *     fail = ['…']
 *     [[hit]]
 *     line = "…"
 *     host = "192.0.2.7"
 *     attacker = ["root"]       # texts in the line that an attacker chooses
 *     [[miss]]
 *     line = "…"
 *
 * @module
 */

import { checkPatterns, hasHost, type PatternCheck } from "./check_patterns.ts";
import { FILTER_SCHEMA, type FilterRule } from "./filter_schema.ts";
import { checkTable, showText } from "./issues.ts";
import { checkJsonKeys } from "./json_lines.ts";
import { type JsonKeys, pickJsonKeys } from "./json_schema.ts";
import { headPattern } from "./log_heads.ts";
import { needsExactJail } from "./needs_exact_jail.ts";
import { parseToml } from "./parse_toml.ts";
import { ConfigError } from "./problems.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type {
  ConfigProblem,
  DateFormat,
  FilterSyntax,
  UseDns,
} from "./types.ts";

/** A filter as its file has it; patterns with their prefix. */
export interface FilterFile {
  readonly name: string;
  /** The path. */
  readonly file: string;
  readonly description: string;
  /** Versions of the service whose log format it is written for. */
  readonly seen: readonly string[];
  /** Where the log's format is described. */
  readonly link?: string | undefined;
  /** Where the log usually lies; patterns of names, the likeliest first. */
  readonly logs: readonly string[];
  /** What finds the service in the journal, as a jail's `journalmatch`. */
  readonly journal: readonly string[];
  readonly dateFormat: DateFormat;
  /** Ports of the service, as a jail would write them. */
  readonly ports: readonly string[];
  /** Protocols of the service; empty: TCP. */
  readonly protocol: readonly string[];
  readonly failPatterns: readonly string[];
  readonly ignorePatterns: readonly string[];
  readonly modes: ReadonlyMap<string, FilterMode>;
  readonly hits: readonly FilterHit[];
  readonly misses: readonly FilterMiss[];
  /** `fail2ban`: patterns, tags and ids mean what they mean there. */
  readonly syntax?: FilterSyntax | undefined;
  /** A line that it does not match is no failure; patterns see what its `<F-CONTENT>` catches. */
  readonly prefixPattern?: string | undefined;
  /** Lines that one pattern sees at most; absent: one. */
  readonly maxLines?: number | undefined;
  /** fail2ban's patterns of dates, one a line. */
  readonly datePattern?: string | undefined;
  /** What becomes of host names; absent: with a key of fail2ban's, `warn`. */
  readonly useDns?: UseDns | undefined;
  /** How its lines are read, where they are JSON. */
  readonly json?: JsonKeys | undefined;
  /** Characters that no text of an attacker's has in this log, since the service escapes them. */
  readonly escaped: string;
  /** Rules that it breaks, with the reason. */
  readonly allow: Readonly<Partial<Record<FilterRule, string | undefined>>>;
}

/** A choice of patterns. */
export interface FilterMode {
  readonly description?: string | undefined;
  /** Modes whose patterns it has as well; `normal` are the filter's own. */
  readonly with: readonly string[];
  /** Its own; with the filter's prefix. */
  readonly failPatterns: readonly string[];
}

/** What samples have in common. */
export interface FilterSample {
  readonly line: string;
  /** Lines of the same connection before it, where a filter remembers them. */
  readonly before?: readonly string[] | undefined;
}

/** A line that is a failure. */
export interface FilterHit extends FilterSample {
  readonly host: string;
  /** What `<F-USER>` catches. */
  readonly user?: string | undefined;
  /** The mode that it takes; default normal. */
  readonly mode?: string | undefined;
  /** Texts in the line that an attacker chooses. */
  readonly attacker: readonly string[];
  /** In place of the filter's. */
  readonly escaped?: string | undefined;
}

/** A line that is none. */
export interface FilterMiss extends FilterSample {
  /** In this mode only; default in all. */
  readonly mode?: string | undefined;
}

/** The mode that needs no name. */
export const NORMAL_MODE = "normal";

/**
 * Reads a filter from its text.
 *
 * @param file the path; its last part without `.toml` is the filter's name
 * @param checkPattern asked about each whole pattern
 * @throws {ConfigError} with all problems
 */
export function parseFilterFile(
  text: string,
  file: string,
  checkPattern?: PatternCheck,
): FilterFile {
  const table = parseToml(text, file);
  const { value, problems } = checkTable(FILTER_SCHEMA, table, {
    name: "the filter",
  });
  if (problems !== undefined) throw new ConfigError(problems);
  const head = value.head === undefined
    ? ""
    : headPattern(value.head, value.program);
  const full = (pattern: string) => head + value.prefix + pattern;
  const filter: FilterFile = {
    name: (file.split("/").at(-1) ?? file).replace(/\.toml$/, ""),
    file,
    description: value.description,
    seen: value.seen,
    link: value.link,
    logs: value.logs,
    journal: value.journal,
    dateFormat: value.date_format,
    ports: value.ports,
    protocol: value.protocol,
    failPatterns: (value.fail ?? []).map(full),
    ignorePatterns: value.ignore.map(full),
    modes: new Map(
      Object.entries(value.mode).map(([name, { fail, ...mode }]) => [
        name,
        { ...mode, failPatterns: fail.map(full) },
      ]),
    ),
    hits: value.hit,
    misses: value.miss,
    syntax: value.syntax,
    prefixPattern: value.prefix_pattern,
    maxLines: value.max_lines,
    datePattern: value.date_pattern,
    useDns: value.use_dns,
    json: pickJsonKeys(value),
    escaped: value.escaped,
    allow: value.allow,
  };
  const wrong = checkFilter(filter, table, checkPattern);
  if (wrong.length > 0) throw new ConfigError(wrong);
  return filter;
}

function checkFilter(
  filter: FilterFile,
  root: TableNode,
  checkPattern?: PatternCheck,
): ConfigProblem[] {
  const { prefixPattern = "", json = {} } = filter;
  const exact = needsExactJail(filter) ? filter : undefined;
  const fail = {
    kind: "fail",
    checkPattern,
    exact,
    isHostElsewhere: hasHost(prefixPattern) || json.host !== undefined,
  } as const;
  const prefixes = prefixPattern === "" ? [] : [prefixPattern];
  return [
    ...checkLines(filter, root, checkPattern),
    ...checkModes(filter, root),
    ...checkPatterns(prefixes, { root, path: ["prefix_pattern"] }, {
      kind: "ignore",
      checkPattern,
      exact,
    }),
    ...checkPatterns(filter.failPatterns, { root, path: ["fail"] }, fail),
    ...checkPatterns(filter.ignorePatterns, { root, path: ["ignore"] }, {
      kind: "ignore",
      checkPattern,
      exact,
    }),
    ...[...filter.modes].flatMap(([name, { failPatterns }]) =>
      checkPatterns(failPatterns, { root, path: ["mode", name, "fail"] }, fail)
    ),
  ];
}

/** A mode takes its patterns from others that take theirs from no mode again. */
function checkModes({ modes }: FilterFile, root: TableNode): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [name, mode] of modes) {
    for (const [index, other] of mode.with.entries()) {
      if (other === NORMAL_MODE || other !== name && modes.has(other)) continue;
      problems.push(problemAt(
        findPlace(root, ["mode", name, "with", index]),
        `Cannot use mode ${showText(name)} with ${
          showText(other)
        }: there is no such mode, expected ${
          [NORMAL_MODE, ...modes.keys()].filter((one) => one !== name)
            .join(", ")
        }`,
      ));
    }
  }
  return problems;
}

/** Lines of text need patterns; what lines of JSON need is told by their keys. */
function checkLines(
  { json = {}, failPatterns, modes, ...filter }: FilterFile,
  root: TableNode,
  checkPattern?: PatternCheck,
): ConfigProblem[] {
  const hasPatterns = failPatterns.length > 0;
  const missing = hasPatterns || json.format === "json" ? [] : problemAt(
    root.place,
    "Cannot use the filter: fail is missing, expected a list of patterns",
  );
  return [missing].flat().concat(checkJsonKeys(json, {
    owner: `filter "${filter.name}"`,
    root,
    hasPatterns: hasPatterns || modes.size > 0,
    isExact: needsExactJail({ failPatterns, ...filter }),
    checkPattern,
  }));
}
