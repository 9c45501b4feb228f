/**
 * The filters that come with the program, ready to be run on lines.
 *
 * @module
 */

import { type FilterFile, parseFilterFile } from "../src/config/filter_file.ts";
import { patternsOf } from "../src/config/filter_library.ts";
import { toJsonLines } from "../src/config/json_lines.ts";
import { checkPattern } from "../src/match/check_pattern.ts";
import type { MatchJail } from "../src/match/types.ts";

/** Where they lie. */
export const FILTERS_FOLDER = new URL("../filters/", import.meta.url);

/** A filter with the text of its file. */
export interface FilterText {
  readonly filter: FilterFile;
  readonly text: string;
}

/**
 * Reads the filters of a folder.
 *
 * @returns them, sorted by name
 * @throws {ConfigError} when one cannot be used
 */
export function readFilters(
  folder: URL = FILTERS_FOLDER,
): readonly FilterText[] {
  return [...Deno.readDirSync(folder)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".toml"))
    .sort()
    .map((name) => {
      const text = Deno.readTextFileSync(new URL(name, folder));
      return { text, filter: parseFilterFile(text, name, checkPattern) };
    });
}

/**
 * Makes a jail of a filter in one of its modes.
 *
 * @throws {Error} when it has no such mode
 */
export function toMatchJail(filter: FilterFile, mode: string): MatchJail {
  const failPatterns = patternsOf(filter, mode);
  if (failPatterns === undefined) {
    throw new Error(
      `Cannot use mode "${mode}" of filter "${filter.name}": there is no such mode, expected ${
        ["normal", ...filter.modes.keys()].join(", ")
      }`,
    );
  }
  const { name, dateFormat, ignorePatterns } = filter;
  return {
    name,
    dateFormat,
    failPatterns,
    ignorePatterns,
    findTimeSeconds: 600,
    json: toJsonLines(filter.json ?? {}),
    syntax: filter.syntax,
    prefixPattern: filter.prefixPattern,
    maxLines: filter.maxLines,
    datePattern: filter.datePattern,
    useDns: filter.useDns,
  };
}
