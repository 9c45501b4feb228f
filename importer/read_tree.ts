/**
 * A whole fail2ban tree: its jails, resolved, and the daemon's own settings.
 *
 * @module
 */

import type { ConfigProblem } from "../src/config/types.ts";
import { type Section } from "./ini_file.ts";
import { type ResolvedJail, resolveJail } from "./jail.ts";
import { KNOWN, MergedConfig } from "./merged_config.ts";
import { ConfigTree } from "./read_config.ts";
import { TreeError } from "./tree_error.ts";
import { MACHINE_TREE, type TreeFiles } from "./tree_files.ts";

/** A resolved tree. */
export interface ResolvedTree {
  readonly folder: string;
  /** `loglevel`, `dbfile` … of fail2ban.conf. */
  readonly daemon: ReadonlyMap<string, string>;
  /** The enabled ones, in the order of the files. */
  readonly jails: readonly ResolvedJail[];
  /** Names of enabled jails that could not be resolved. */
  readonly failed: readonly string[];
  /** Names of jails that are not enabled. */
  readonly disabled: readonly string[];
  /** Whether the tree has a jail configuration at all. */
  readonly hasJails: boolean;
  readonly problems: readonly ConfigProblem[];
}

/** How a tree is read. */
export interface ReadTreeOptions {
  /** Default: the machine's. */
  readonly files?: TreeFiles;
  /** Resolves all jails as if they were enabled. */
  readonly isEveryJail?: boolean;
  /** What `%(fail2ban_version)s` stands for; default 1.1.0. */
  readonly version?: string;
  /** What `%(fail2ban_confpath)s` stands for; default the folder. */
  readonly confPath?: string;
}

const DAEMON_KEYS = [
  "loglevel",
  "logtarget",
  "syslogsocket",
  "allowipv6",
  "dbfile",
  "dbmaxmatches",
  "dbpurgeage",
];

/**
 * Reads and resolves all of a tree. What is wrong with one jail does not touch the others.
 *
 * @param folder such as /etc/fail2ban
 */
export function readTree(
  folder: string,
  options: ReadTreeOptions = {},
): ResolvedTree {
  const tree = new ConfigTree(folder, options.files ?? MACHINE_TREE);
  const problems: ConfigProblem[] = [];
  const config = attempt(() => tree.readConfig("jail"), problems, folder);
  const jails: ResolvedJail[] = [];
  const failed: string[] = [];
  const disabled: string[] = [];
  if (config !== undefined) {
    addBuiltIns(config.defaults, tree, options);
    for (const name of jailNames(config)) {
      const result = resolveJail(name, {
        config,
        tree,
        isForced: options.isEveryJail === true,
      });
      problems.push(...result.problems);
      if (result.jail !== undefined) jails.push(result.jail);
      else if (result.problems.length > 0) failed.push(name);
      else disabled.push(name);
    }
  }
  return {
    folder: tree.folder,
    daemon: readDaemon(tree, problems),
    jails,
    failed,
    disabled,
    hasJails: config !== undefined,
    problems: [...tree.problems, ...problems],
  };
}

function jailNames(config: MergedConfig): string[] {
  return [...config.sections.keys()].filter((name) =>
    name !== "INCLUDES" && !name.startsWith(KNOWN)
  );
}

function addBuiltIns(
  defaults: Section,
  tree: ConfigTree,
  { version = "1.1.0", confPath = tree.folder }: ReadTreeOptions,
): void {
  const place = { file: "(built in)", line: 1, column: 1, source: "" };
  defaults.set("fail2ban_version", { value: version, place });
  defaults.set("fail2ban_confpath", { value: confPath, place });
}

function readDaemon(
  tree: ConfigTree,
  problems: ConfigProblem[],
): Map<string, string> {
  const values = new Map<string, string>();
  const config = attempt(
    () => tree.readConfig("fail2ban"),
    problems,
    tree.folder,
  );
  for (const key of DAEMON_KEYS) {
    const value = attempt(
      () => config?.get("Definition", key),
      problems,
      tree.folder,
    );
    if (value !== undefined) values.set(key, value);
  }
  return values;
}

function attempt<T>(
  run: () => T,
  problems: ConfigProblem[],
  file: string,
): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    problems.push(error.toProblem(file));
    return undefined;
  }
}
