/**
 * One filter: `filters/NAME.toml`, patterns with the samples that prove them.
 *
 *     description = "…"
 *     prefix = '^…'             # put before every pattern
 *     prefix_pattern = '^…'     # or: searched first, and patterns then see its <F-CONTENT> alone
 *     fail = ['…from <HOST>$']
 *     ignore = []
 *     [mode.aggressive]
 *     fail = ['…']              # beside those above
 *     [[hit]]
 *     line = "…"
 *     host = "192.0.2.7"
 *     [[miss]]
 *     line = "…"
 *
 * @module
 */

import * as z from "zod/mini";
import { checkPatterns, hasHost, type PatternCheck } from "./check_patterns.ts";
import { choice, closed, parsed, whole } from "./fields.ts";
import { checkTable } from "./issues.ts";
import { DATE_FORMATS } from "./jail_schema.ts";
import { LOG_PATH } from "./jail_values.ts";
import { JOURNAL_MATCH } from "./journal_schema.ts";
import { checkJsonKeys } from "./json_lines.ts";
import { JSON_FIELDS, type JsonKeys, pickJsonKeys } from "./json_schema.ts";
import { needsExactJail } from "./needs_exact_jail.ts";
import { parseToml } from "./parse_toml.ts";
import { ConfigError } from "./problems.ts";
import { problemAt, type TableNode } from "./tree.ts";
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
  readonly dateFormat: DateFormat;
  /** Where the log usually lies; patterns of names, the likeliest first. */
  readonly logs: readonly string[];
  /** What finds the service in the journal, as a jail's `journalmatch`. */
  readonly journal: readonly string[];
  /** Ports of the service, as a jail would write them. */
  readonly ports: readonly string[];
  readonly failPatterns: readonly string[];
  readonly ignorePatterns: readonly string[];
  /** What each mode has beside them. */
  readonly modes: ReadonlyMap<string, readonly string[]>;
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
}

/** A line that is a failure. */
export interface FilterHit {
  readonly line: string;
  readonly host: string;
  /** What `<F-USER>` catches. */
  readonly user?: string | undefined;
  /** The mode that it takes; default normal. */
  readonly mode?: string | undefined;
}

/** A line that is none. */
export interface FilterMiss {
  readonly line: string;
  /** In this mode only; default in all. */
  readonly mode?: string | undefined;
}

/** The mode that needs no name. */
export const NORMAL_MODE = "normal";

/** Words of `syntax`. */
const SYNTAXES = ["own", "fail2ban"] as const satisfies FilterSyntax[];

/** Words of `use_dns`. */
const USE_DNS = ["yes", "warn", "no", "raw"] as const satisfies UseDns[];

const PATTERNS = z.array(z.string("a pattern"), "a list of patterns");
const LINE = z.string("a log line").check(z.minLength(1, "a log line"));

const FILTER_SCHEMA = closed({
  description: z.string("a text"),
  logs: z._default(LOG_PATH, []),
  journal: z._default(JOURNAL_MATCH, []),
  date_format: z._default(choice(DATE_FORMATS), "auto"),
  ports: z._default(z.array(z.string("a port"), "a list of ports"), []),
  prefix: z._default(z.string("the beginning of a pattern"), ""),
  fail: z.optional(parsed<string[]>("a list of patterns", (value, refuse) => {
    const result = PATTERNS.safeParse(value);
    if (!result.success) return undefined;
    if (result.data.length === 0) refuse("it is empty");
    return result.data;
  })),
  ignore: z._default(PATTERNS, []),
  syntax: z.optional(choice(SYNTAXES)),
  prefix_pattern: z.optional(z.string("a pattern")),
  max_lines: z.optional(whole(1, 1000)),
  date_pattern: z.optional(z.string("a pattern of dates, or one a line")),
  use_dns: z.optional(choice(USE_DNS)),
  ...JSON_FIELDS,
  mode: z._default(
    z.record(
      z.string(),
      closed({ description: z.optional(z.string("a text")), fail: PATTERNS }),
      "tables [mode.NAME]",
    ),
    {},
  ),
  hit: z._default(
    z.array(
      closed({
        line: LINE,
        host: z.string("an address"),
        user: z.optional(z.string("a text")),
        mode: z.optional(z.string("a mode's name")),
      }),
      "tables [[hit]]",
    ),
    [],
  ),
  miss: z._default(
    z.array(
      closed({ line: LINE, mode: z.optional(z.string("a mode's name")) }),
      "tables [[miss]]",
    ),
    [],
  ),
});

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
  const { prefix } = value;
  const full = (pattern: string) => prefix + pattern;
  const filter: FilterFile = {
    name: (file.split("/").at(-1) ?? file).replace(/\.toml$/, ""),
    file,
    description: value.description,
    logs: value.logs,
    journal: value.journal,
    dateFormat: value.date_format,
    ports: value.ports,
    failPatterns: (value.fail ?? []).map(full),
    ignorePatterns: value.ignore.map(full),
    modes: new Map(
      Object.entries(value.mode).map(([name, mode]) => [
        name,
        mode.fail.map(full),
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
  const fail = {
    kind: "fail",
    checkPattern,
    isHostElsewhere: hasHost(prefixPattern) || json.host !== undefined,
  } as const;
  const prefixes = prefixPattern === "" ? [] : [prefixPattern];
  return [
    ...checkLines(filter, root, checkPattern),
    ...checkPatterns(prefixes, { root, path: ["prefix_pattern"] }, {
      kind: "ignore",
      checkPattern,
    }),
    ...checkPatterns(filter.failPatterns, { root, path: ["fail"] }, fail),
    ...checkPatterns(filter.ignorePatterns, { root, path: ["ignore"] }, {
      kind: "ignore",
      checkPattern,
    }),
    ...[...filter.modes].flatMap(([name, patterns]) =>
      checkPatterns(patterns, { root, path: ["mode", name, "fail"] }, fail)
    ),
  ];
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
