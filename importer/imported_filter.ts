/**
 * A filter of an import as the matcher takes it, read back from the file that would be written.
 *
 * @module
 */

import { parseFilterFile } from "../src/config/filter_file.ts";
import type { MatchJail } from "../src/match/types.ts";
import type { Conversion, ConvertedJail } from "./convert_tree.ts";

/**
 * Reads a jail's filter.
 *
 * @throws {ConfigError} when our own configuration refuses it
 */
export function readImportedFilter(
  { files }: Conversion,
  { name, filter }: Required<Pick<ConvertedJail, "name" | "filter">>,
): MatchJail {
  const path = `filters.d/${filter}.toml`;
  const file = parseFilterFile(files.get(path) ?? "", path);
  return {
    name,
    // How long a failure counts does not matter here: every stamp is taken as it is.
    findTimeSeconds: 0,
    dateFormat: file.dateFormat,
    failPatterns: file.failPatterns,
    ignorePatterns: file.ignorePatterns,
    syntax: file.syntax,
    prefixPattern: file.prefixPattern,
    maxLines: file.maxLines,
    datePattern: file.datePattern,
    useDns: file.useDns,
  };
}
