/**
 * Filters by name, from folders of filter files.
 *
 * @module
 */

import type { PatternCheck } from "./check_patterns.ts";
import {
  type FilterFile,
  NORMAL_MODE,
  parseFilterFile,
} from "./filter_file.ts";
import { ConfigError } from "./problems.ts";
import { describeReadError, type FileAccess, folderPath } from "./read_text.ts";

/** Finds filters; each file is read once. */
export interface FilterLibrary {
  /**
   * @returns the filter, or undefined where no folder has it
   * @throws {ConfigError} when its file cannot be read or used
   */
  find(name: string): FilterFile | undefined;
  /** @returns all names, sorted */
  names(): readonly string[];
}

/** @param folders the first that has a filter of the name wins; those that are not there are passed over */
export function createFilterLibrary(
  folders: readonly (URL | string)[],
  options: {
    readonly files: FileAccess;
    readonly checkPattern?: PatternCheck | undefined;
    /** The folder whose patterns need no check. */
    readonly proven?: URL | string | undefined;
  },
): FilterLibrary {
  const { files, proven } = options;
  const paths = folders.map(folderPath);
  const provenPath = proven && folderPath(proven);
  const read = new Map<string, FilterFile | ConfigError | undefined>();
  return {
    find(name) {
      if (!read.has(name)) read.set(name, attempt(name));
      const found = read.get(name);
      if (found instanceof ConfigError) throw found;
      return found;
    },
    names() {
      const names = paths.flatMap((path) => listFilters(path, files));
      return [...new Set(names)].sort();
    },
  };

  function attempt(name: string): FilterFile | ConfigError | undefined {
    if (!/^\w[\w.-]{0,63}$/.test(name)) return undefined;
    for (const path of paths) {
      const file = `${path}/${name}.toml`;
      if (!files.exists(file)) continue;
      try {
        const isProven = path === provenPath;
        const check = isProven ? undefined : options.checkPattern;
        return parseFilterFile(readFilter(file), file, check);
      } catch (error) {
        if (error instanceof ConfigError) return error;
        throw error;
      }
    }
    return undefined;
  }

  function readFilter(file: string): string {
    try {
      return files.readText(file);
    } catch (error) {
      throw new ConfigError([{
        message: `Cannot read filter "${file}": ${
          describeReadError(error)
        }, expected a TOML file`,
        file,
      }]);
    }
  }
}

/** @returns the fail patterns of a mode, its own before those that it takes from others, or undefined where the filter has no such mode */
export function patternsOf(
  filter: FilterFile,
  mode: string,
): readonly string[] | undefined {
  const chosen = filter.modes.get(mode);
  if (chosen !== undefined) {
    const taken = chosen.with.flatMap((other) => ownPatterns(filter, other));
    return [...new Set([...chosen.failPatterns, ...taken])];
  }
  return mode === NORMAL_MODE ? filter.failPatterns : undefined;
}

/** A mode that is taken into another one brings its own patterns only. */
function ownPatterns(filter: FilterFile, mode: string): readonly string[] {
  return mode === NORMAL_MODE
    ? filter.failPatterns
    : filter.modes.get(mode)?.failPatterns ?? [];
}

function listFilters(path: string, files: FileAccess): string[] {
  try {
    return files.listFolder(path)
      .filter((name) => name.endsWith(".toml"))
      .map((name) => name.slice(0, -".toml".length));
  } catch {
    // Without the list there is nothing to suggest; the missing filter itself is reported.
    return [];
  }
}
