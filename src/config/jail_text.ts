/**
 * A jail for a filter, as TOML that fits the machine.
 *
 * @module
 */

import { expandGlob, type GlobFiles } from "../util/expand_glob.ts";
import { type FilterFile, NORMAL_MODE } from "./filter_file.ts";

/** Where journald keeps the journal, or takes entries for it. */
const JOURNAL_PLACES = [
  "/var/log/journal",
  "/run/log/journal",
  "/run/systemd/journal/socket",
];

/** What the jail is to be. */
export interface JailTextOptions {
  /** Default: the normal one. */
  readonly mode?: string | undefined;
  /** What there is on the machine. */
  readonly files: GlobFiles;
}

/**
 * Writes a jail: the log is the first usual one that is there, else the journal.
 *
 *     [jail.sshd]
 *     filter = "sshd"
 *     log_path = "/var/log/auth.log"
 *     port = ["ssh"]
 *     …
 */
export function jailText(
  filter: FilterFile,
  { mode = NORMAL_MODE, files }: JailTextOptions,
): string {
  const { name, description, ports, protocol } = filter;
  const quoted = JSON.stringify(name);
  return [
    `# ${description}`,
    `[jail.${/^[\w-]+$/.test(name) ? name : quoted}]`,
    mode === NORMAL_MODE
      ? `filter = ${quoted}`
      : `filter = { name = ${quoted}, mode = ${JSON.stringify(mode)} }`,
    ...sourceLines(filter, files),
    ...ports.length === 0 ? [] : [`port = ${listText(ports)}`],
    ...protocol.length === 0 ? [] : [`protocol = ${listText(protocol)}`],
    "max_retry = 5",
    'find_time = "10m"',
    'ban_time = "1h"',
    "",
  ].join("\n");
}

function sourceLines(
  { logs, journal }: FilterFile,
  files: GlobFiles,
): readonly string[] {
  const there = logs.find((path) => expandGlob(path, files).length > 0);
  if (there !== undefined) return [`log_path = ${JSON.stringify(there)}`];
  const hasJournal = JOURNAL_PLACES.some((path) => files.exists(path));
  if (journal.length > 0 && (hasJournal || logs.length === 0)) {
    return ['log_backend = "systemd"', `journalmatch = ${listText(journal)}`];
  }
  const [likeliest = ""] = logs;
  return [
    "# None of the usual logs is there: put the right path here.",
    `log_path = ${JSON.stringify(likeliest)}`,
  ];
}

function listText(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}
