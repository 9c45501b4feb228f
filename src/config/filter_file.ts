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
import { choice, closed, parsed, whole } from "./fields.ts";
import { checkTable, showText } from "./issues.ts";
import { DATE_FORMATS } from "./jail_schema.ts";
import { parseToml } from "./parse_toml.ts";
import { ConfigError } from "./problems.ts";
import { findPlace, type Path, problemAt, type TableNode } from "./tree.ts";
import type {
  ConfigProblem,
  DateFormat,
  FilterSyntax,
  UseDns,
} from "./types.ts";

/** Whether a pattern finds failures or takes them back. */
export type PatternKind = "fail" | "ignore";

/** Says why a pattern cannot be used, or undefined where it can. */
export type PatternCheck = (
  pattern: string,
  kind: PatternKind,
) => string | undefined;

/** A filter as its file has it; patterns with their prefix. */
export interface FilterFile {
  readonly name: string;
  /** The path. */
  readonly file: string;
  readonly description: string;
  readonly dateFormat: DateFormat;
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
  date_format: z._default(choice(DATE_FORMATS), "auto"),
  ports: z._default(z.array(z.string("a port"), "a list of ports"), []),
  prefix: z._default(z.string("the beginning of a pattern"), ""),
  fail: parsed<string[]>("a list of patterns", (value, refuse) => {
    const result = PATTERNS.safeParse(value);
    if (!result.success) return undefined;
    if (result.data.length === 0) refuse("it is empty");
    return result.data;
  }),
  ignore: z._default(PATTERNS, []),
  syntax: z.optional(choice(SYNTAXES)),
  prefix_pattern: z.optional(z.string("a pattern")),
  max_lines: z.optional(whole(1, 1000)),
  date_pattern: z.optional(z.string("a pattern of dates, or one a line")),
  use_dns: z.optional(choice(USE_DNS)),
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
    dateFormat: value.date_format,
    ports: value.ports,
    failPatterns: value.fail.map(full),
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
  };
  const wrong = checkFilter(filter, table, checkPattern);
  if (wrong.length > 0) throw new ConfigError(wrong);
  return filter;
}

/**
 * Checks patterns in the light of what they are for.
 *
 * @param root where they stand, for places
 * @param path of the list of patterns, or of the single text that holds them
 */
export function checkPatterns(
  patterns: readonly string[],
  where: { readonly root: TableNode; readonly path: Path },
  options: {
    readonly kind: PatternKind;
    readonly checkPattern?: PatternCheck | undefined;
    /** Whether the host is caught elsewhere; default false. */
    readonly isHostElsewhere?: boolean;
  },
): ConfigProblem[] {
  const { isHostElsewhere = false, kind } = options;
  const role = isHostElsewhere ? "ignore" : kind;
  return patterns.flatMap((pattern, index) => {
    const place = findPlace(where.root, [...where.path, index]);
    const what = kind === "fail" ? "pattern" : "ignore pattern";
    if (role === "fail" && !hasHost(pattern)) {
      return problemAt(
        place,
        `Cannot use ${what} ${
          showText(pattern)
        }: it names no host, expected <HOST>, <ADDR>, <IP4>, <IP6> or <SUBNET> in it`,
      );
    }
    const trouble = options.checkPattern?.(pattern, role);
    return trouble === undefined ? [] : problemAt(place, trouble);
  });
}

function checkFilter(
  filter: FilterFile,
  root: TableNode,
  checkPattern?: PatternCheck,
): ConfigProblem[] {
  const { prefixPattern = "" } = filter;
  const fail = {
    kind: "fail",
    checkPattern,
    isHostElsewhere: hasHost(prefixPattern),
  } as const;
  const prefixes = prefixPattern === "" ? [] : [prefixPattern];
  return [
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

/** `<HOST>` and its like, or a named group that holds an address or what stands for one. */
function hasHost(pattern: string): boolean {
  return /<(?:HOST|ADDR|IP4|IP6|SUBNET|DNS|F-ID\/?|F-MLFID)>|\(\?P?<(?:host|ip4|ip6|dns|fid|mlfid)>/
    .test(
      pattern,
    );
}
