/**
 * What the forms of `fail2deno import` begin with: the tree, read and converted.
 *
 * @module
 */

import { type Conversion, convertTree } from "../../importer/convert_tree.ts";
import { readTree, type ResolvedTree } from "../../importer/read_tree.ts";
import { MACHINE_TREE } from "../../importer/tree_files.ts";
import { InputError, type Invocation, UsageError } from "./command.ts";
import { DEFAULT_SOURCE } from "./import_paths.ts";
import { absolutePath } from "./setup.ts";

/** A tree and what it comes to. */
export interface ImportSource {
  /** Absolute. */
  readonly folder: string;
  readonly tree: ResolvedTree;
  readonly conversion: Conversion;
}

/**
 * Reads the tree that the command line names.
 *
 * @param names of fail2ban's jails, enabled or not; default the enabled ones
 * @throws {InputError} where there is nothing to import
 * @throws {UsageError} where there is no jail of a name
 */
export async function readSource(
  { words }: Invocation,
  names?: readonly string[],
): Promise<ImportSource> {
  const folder = absolutePath(words[0] ?? DEFAULT_SOURCE);
  const all = readTree(folder, { isEveryJail: names !== undefined });
  if (!all.hasJails && all.problems.length === 0) {
    throw new InputError(
      `Cannot import "${folder}": it has no jail.conf or jail.local, expected a folder such as ${DEFAULT_SOURCE}`,
    );
  }
  const tree = names === undefined ? all : chooseJails(all, names);
  const { checkPattern } = await import("../match/check_pattern.ts");
  const conversion = convertTree(tree, { files: MACHINE_TREE, checkPattern });
  return { folder, tree, conversion };
}

function chooseJails(
  tree: ResolvedTree,
  names: readonly string[],
): ResolvedTree {
  const known = tree.jails.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new UsageError(
      `Cannot find jail "${name}": "${tree.folder}" has none that can be read, expected one of ${
        known.join(", ")
      }`,
    );
  }
  return {
    ...tree,
    jails: tree.jails.filter(({ name }) => names.includes(name)),
  };
}
