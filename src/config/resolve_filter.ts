/**
 * From a jail's choice of a filter to patterns, and to how lines are read for them.
 *
 * @module
 */

import { checkPatterns, type PatternCheck } from "./check_patterns.ts";
import type { UsualSource } from "./choose_source.ts";
import { type FilterFile, NORMAL_MODE } from "./filter_file.ts";
import { type FilterLibrary, patternsOf } from "./filter_library.ts";
import { showText } from "./issues.ts";
import type { JailInput } from "./jail_schema.ts";
import { checkJsonKeys, mergeJsonKeys } from "./json_lines.ts";
import { JSON_FIELDS, type JsonKeys, pickJsonKeys } from "./json_schema.ts";
import { needsExactJail } from "./needs_exact_jail.ts";
import { ConfigError } from "./problems.ts";
import { suggest } from "../util/suggest.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem, DateFormat, JailConfig } from "./types.ts";

/** By what filters are found and judged. */
export interface FilterContext {
  readonly library: FilterLibrary;
  readonly checkPattern?: PatternCheck | undefined;
}

/** What a filter comes to. */
export interface Patterns {
  readonly fail: readonly string[];
  readonly ignore: readonly string[];
  readonly dateFormat: DateFormat;
  /** The jail's, over those of the filter. */
  readonly json: JsonKeys;
  /** Where the filter's lines usually are; absent: it is no filter with a name. */
  readonly usual?: UsualSource;
  /** Keys of the filter alone, where it has them. */
  readonly more?: Pick<
    JailConfig,
    "syntax" | "prefixPattern" | "maxLines" | "datePattern" | "useDns"
  >;
}

/** Keys without which it cannot be said what a filter comes to. */
export const FILTER_KEYS: readonly string[] = [
  "filter",
  ...Object.keys(JSON_FIELDS),
];

/** Those of a jail that reads no log. */
export const NO_PATTERNS: Patterns = {
  fail: [],
  ignore: [],
  dateFormat: "auto",
  json: {},
};

/** A jail's name, its values, and where they stand. */
export interface NamedInput {
  readonly name: string;
  readonly input: JailInput;
  readonly table: TableNode;
}

/**
 * Finds the patterns of a jail, and how lines are read for them.
 *
 * @param problems receives what is wrong with them
 */
export function resolveFilter(
  jail: NamedInput,
  context: FilterContext,
  problems: ConfigProblem[],
): Patterns {
  const found = resolvePatterns(jail, context, problems);
  if (found === undefined) return NO_PATTERNS;
  const { name, input, table } = jail;
  const json = mergeJsonKeys(pickJsonKeys(input), found.json);
  problems.push(...checkJsonKeys(json, {
    owner: `jail "${name}"`,
    root: table,
    hasPatterns: found.fail.length > 0,
    hasSuccesses: input.reset_on_success.length > 0,
    isExact: needsExactJail({ failPatterns: found.fail, ...found.more }),
    checkPattern: context.checkPattern,
  }));
  return { ...found, json };
}

/** A jail that is not enabled may lack its filter; one that says where the host is in JSON needs none. */
function resolvePatterns(
  { name, input, table }: NamedInput,
  context: FilterContext,
  problems: ConfigProblem[],
): Patterns | undefined {
  const hasHost = input.host !== undefined;
  if (input.filter === undefined && hasHost) return NO_PATTERNS;
  const choice = input.filter ??
    { kind: "name", name, mode: NORMAL_MODE } as const;
  if (choice.kind === "patterns") {
    problems.push(...checkPatterns(choice.patterns, {
      root: table,
      path: ["filter"],
    }, {
      kind: "fail",
      checkPattern: context.checkPattern,
      isHostElsewhere: hasHost,
    }));
    return { ...NO_PATTERNS, fail: choice.patterns };
  }
  const found = findFilter(choice, table, context.library);
  if (!Array.isArray(found)) return found;
  if (input.enabled) problems.push(...found);
  return undefined;
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
    const { ignorePatterns: ignore, dateFormat, json = {} } = filter;
    const usual = { logPaths: filter.logs, journalMatch: filter.journal };
    return { fail, ignore, dateFormat, json, usual, more: moreOf(filter) };
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
