/**
 * Files with modules of the administrator's own.
 *
 * @module
 */

import { readDocuments } from "./documents.ts";
import { ConfigError } from "./problems.ts";
import type { FileAccess } from "./read_text.ts";
import type { Node, TableNode } from "./tree.ts";

const MODULE = /^([a-z][a-z0-9_]{0,31})\.[tj]s$/;

/** @returns paths of the modules in `actions/` beside a configuration file, by their names */
export function listPluginFolder(
  file: string,
  access: FileAccess,
): ReadonlyMap<string, string> {
  const folder = `${file.slice(0, file.lastIndexOf("/") + 1)}actions`;
  const found = new Map<string, string>();
  for (const name of listNames(folder, access)) {
    const id = MODULE.exec(name)?.[1];
    if (id !== undefined) found.set(id, `${folder}/${name}`);
  }
  return found;
}

/**
 * Tells which files a configuration takes modules from, before it is loaded: what they say of themselves takes a process to
 * find out.
 *
 * @returns their paths; none where the configuration cannot be read, which is told when it is loaded
 */
export function findPluginFiles(
  file: string | undefined,
  access: FileAccess,
): readonly string[] {
  if (file === undefined) return [];
  const folder = listPluginFolder(file, access);
  const root = attempt(file, access);
  if (root === undefined) return [];
  const paths = new Set<string>();
  for (const word of wordsOf(root)) {
    const path = /^\/.*\.[tj]s$/.test(word) ? word : folder.get(word);
    if (path !== undefined) paths.add(path);
  }
  return [...paths];
}

/** @returns what may be the path or the name of a module */
function* wordsOf(root: TableNode): Generator<string> {
  for (const [name, value] of tablesAt(root, "action")) {
    yield name;
    yield* textsAt(value, "plugin");
    yield* textsAt(value, "file");
  }
  const defaults = root.entries.get("defaults")?.value;
  const jails = [...tablesAt(root, "jail")].map(([, jail]) => jail);
  for (const jail of defaults === undefined ? jails : [defaults, ...jails]) {
    if (jail.kind !== "table") continue;
    if (jail.entries.has("webhook")) yield "webhook";
    yield* textsAt(jail, "feed");
    const backend = jail.entries.get("backend")?.value;
    for (const key of ["plugin", "file"]) yield* textsAt(backend, key);
    const list = jail.entries.get("actions")?.value;
    if (list?.kind !== "list") continue;
    for (const item of list.items) {
      if (item.kind === "scalar") yield String(item.value);
      for (const key of ["name", "plugin", "file"]) yield* textsAt(item, key);
    }
  }
}

function* tablesAt(
  root: TableNode,
  key: string,
): Generator<readonly [string, Node]> {
  const table = root.entries.get(key)?.value;
  if (table?.kind !== "table") return;
  for (const [name, { value }] of table.entries) yield [name, value];
}

function* textsAt(node: Node | undefined, key: string): Generator<string> {
  const value = node?.kind === "table"
    ? node.entries.get(key)?.value
    : undefined;
  if (value?.kind === "scalar" && typeof value.value === "string") {
    yield value.value;
  }
}

function attempt(file: string, access: FileAccess): TableNode | undefined {
  try {
    return readDocuments(file, access).root;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function listNames(folder: string, access: FileAccess): readonly string[] {
  try {
    return access.listFolder(folder);
  } catch {
    // Most machines have none; a module that is missing is reported where it is named.
    return [];
  }
}
