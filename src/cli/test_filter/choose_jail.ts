/**
 * The jail that is tried: a configured one, or one made for a filter or for patterns.
 *
 * @module
 */

import { basename, dirname } from "node:path/posix";
import { MACHINE_FILES } from "../../config/read_text.ts";
import type { JailConfig } from "../../config/types.ts";
import { checkPattern } from "../../match/check_pattern.ts";
import { escapeText } from "../../util/escape.ts";
import { InputError, type Invocation } from "../command.ts";
import { findJail } from "../find_jail.ts";
import { absolutePath, filtersFolders, loadFullConfig } from "../setup.ts";

/** A folder that does not exist: what lies in it is made up here. */
const MADE_UP = "/(test-filter)";

const MADE_UP_FILE = `${MADE_UP}/config.toml`;

/**
 * Finds out what is tried.
 *
 * @param filter name or file; undefined where `--jail` or `--pattern` says it
 * @throws {UsageError} for a jail that is not there
 * @throws {InputError} for a pattern that cannot be used
 * @throws {ConfigError} for a filter that is not there or cannot be used
 */
export async function chooseJail(
  invocation: Invocation,
  filter: string | undefined,
): Promise<JailConfig> {
  const { options, lists } = invocation;
  if (typeof options.jail === "string") {
    return findJail(await loadFullConfig(invocation), options.jail);
  }
  for (const pattern of lists.pattern ?? []) {
    const problem = checkPattern(pattern, "fail");
    if (problem !== undefined) throw new InputError(problem);
  }
  if (filter?.endsWith(".conf") === true) {
    throw new InputError(
      `Cannot try "${
        escapeText(filter, 100)
      }": it is fail2ban's, expected a TOML file; fail2deno import makes one of it`,
    );
  }
  const isFile = filter?.endsWith(".toml") === true;
  const folders = filtersFolders(invocation);
  const text = jailText(invocation, {
    filter: isFile ? basename(filter, ".toml") : filter,
    patterns: lists.pattern,
  });
  const { jails } = await loadFullConfig(invocation, {
    strict: true,
    file: MADE_UP_FILE,
    filtersFolders: isFile
      ? [dirname(absolutePath(filter)), ...folders]
      : folders,
    readText: (path) =>
      path === MADE_UP_FILE ? text : MACHINE_FILES.readText(path),
    exists: (path) =>
      path === MADE_UP_FILE || path === LOG || MACHINE_FILES.exists(path),
    listFolder: (path) =>
      path.startsWith(MADE_UP) ? [] : MACHINE_FILES.listFolder(path),
  });
  const [jail] = jails;
  if (jail === undefined) throw new Error("Cannot try: the jail is left out");
  return jail;
}

/** Nobody reads it. */
const LOG = "/var/log/test-filter";

/** TOML takes texts as JSON writes them. */
function jailText(
  { options: { mode, dateFormat } }: Invocation,
  { filter, patterns }: {
    readonly filter: string | undefined;
    readonly patterns: readonly string[] | undefined;
  },
): string {
  const value = filter === undefined
    ? JSON.stringify(patterns)
    : typeof mode === "string"
    ? `{ name = ${JSON.stringify(filter)}, mode = ${JSON.stringify(mode)} }`
    : JSON.stringify(filter);
  const date = typeof dateFormat === "string"
    ? `date_format = ${JSON.stringify(dateFormat)}\n`
    : "";
  return `[jail.test]\nenabled = true\nlog_path = "${LOG}"\n` +
    `filter = ${value}\n${date}`;
}
