/**
 * The TOML files of a configuration, read and merged: the main file, then `config.d/*.toml` beside it by name.
 *
 * @module
 */

import { GLOBAL_ALIASES, JAIL_ALIASES, renameAliases } from "./aliases.ts";
import { DEFAULT_CONFIG_NAME, DEFAULT_CONFIG_TEXT } from "./default_config.ts";
import { parseToml } from "./parse_toml.ts";
import { ConfigError } from "./problems.ts";
import { describeReadError, type FileAccess } from "./read_text.ts";
import { type Entry, mergeTables, type TableNode } from "./tree.ts";
import type { ConfigProblem } from "./types.ts";

/** All files as one table. */
export interface Documents {
  readonly root: TableNode;
  /** Files in order; empty for the embedded default. */
  readonly files: readonly string[];
  /** Keys given under two names; those of a jail bear its name. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * @param file the main file; absent: the embedded default
 * @throws {ConfigError} for each file that cannot be read or is not TOML
 */
export function readDocuments(
  file: string | undefined,
  access: FileAccess,
): Documents {
  if (file === undefined) {
    const table = parseToml(DEFAULT_CONFIG_TEXT, DEFAULT_CONFIG_NAME);
    return { ...rename(table), files: [] };
  }
  const files = [file];
  const failed: ConfigProblem[] = [];
  const problems: ConfigProblem[] = [];
  let root = attempt(() => readRenamed(file));
  const overlays = attempt(() => listOverlays(file, access)) ?? [];
  for (const path of overlays) {
    files.push(path);
    const over = attempt(() => readRenamed(path));
    root = root && over && mergeTables(root, over);
  }
  if (root === undefined || failed.length > 0) throw new ConfigError(failed);
  return { root, files, problems };

  function readRenamed(path: string): TableNode {
    const renamed = rename(parseToml(readText(path, access), path));
    problems.push(...renamed.problems);
    return renamed.root;
  }

  function attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      failed.push(...error.problems);
      return undefined;
    }
  }
}

function listOverlays(file: string, access: FileAccess): string[] {
  const folder = `${file.slice(0, file.lastIndexOf("/") + 1)}config.d`;
  try {
    return access.listFolder(folder)
      .filter((name) => name.endsWith(".toml") && !name.startsWith("."))
      .sort()
      .map((name) => `${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw unreadable(folder, error);
  }
}

function readText(path: string, access: FileAccess): string {
  try {
    return access.readText(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ConfigError {
  return new ConfigError([{
    message: `Cannot read configuration "${path}": ${
      describeReadError(error)
    }, expected a TOML file`,
    file: path,
  }]);
}

/** Renames aliases before files are merged, so that an overlay may use another spelling than the main file. */
function rename(
  document: TableNode,
): { readonly root: TableNode; readonly problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const entries = new Map(document.entries);
  renameIn(entries, "global", GLOBAL_ALIASES, "[global]");
  renameIn(entries, "defaults", JAIL_ALIASES, "[defaults]");
  const jails = entries.get("jail");
  if (jails?.value.kind === "table") {
    const renamed = new Map(jails.value.entries);
    for (const name of renamed.keys()) {
      renameIn(renamed, name, JAIL_ALIASES, `[jail.${name}]`);
    }
    entries.set("jail", {
      ...jails,
      value: { ...jails.value, entries: renamed },
    });
  }
  return { root: { ...document, entries }, problems };

  function renameIn(
    parent: Map<string, Entry>,
    key: string,
    aliases: ReadonlyMap<string, string>,
    section: string,
  ): void {
    const entry = parent.get(key);
    if (entry?.value.kind !== "table") return;
    const { table, problems: found } = renameAliases(
      entry.value,
      aliases,
      section,
    );
    parent.set(key, { ...entry, value: table });
    const jail = section.startsWith("[jail.") ? { jail: key } : {};
    problems.push(...found.map((problem) => ({ ...problem, ...jail })));
  }
}
