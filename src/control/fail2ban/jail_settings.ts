/**
 * A jail's settings by fail2ban's words: how each is told, and what becomes of the jail when it is set.
 *
 * @module
 */

import type { JailConfig, UseDns } from "../../config/types.ts";
import { splitShellWords } from "../../util/shell_words.ts";
import {
  addHosts,
  addLogs,
  changeEscalation,
  readCount,
  readSeconds,
  removeAt,
  removeHosts,
  requireFail2banSyntax,
  toSeconds,
  writeIgnored,
} from "./change_jail.ts";
import { readTruth } from "./command_words.ts";
import { Fail2banError } from "./fail2ban_error.ts";
import { type PickleValue, tuple } from "./pickle_value.ts";

/** One setting. */
export interface JailSetting {
  /** The key that holds it, and where: `max_retry`. */
  readonly key: string;
  /** Absent: it can be set, not asked for. */
  readonly get?: (jail: JailConfig) => PickleValue;
  /** The answer to setting it; default: as `get` tells it. */
  readonly shows?: (jail: JailConfig) => PickleValue;
  /** Absent: only the configuration sets it. @param values at least one */
  readonly change?: (
    jail: JailConfig,
    values: readonly string[],
  ) => JailConfig;
}

const failregex = (jail: JailConfig) => jail.failPatterns;
const ignoreregex = (jail: JailConfig) => jail.ignorePatterns;
const logpath = (jail: JailConfig) => jail.logPaths;
const USE_DNS: readonly UseDns[] = ["yes", "warn", "no", "raw"];
/** There is one journal match; fail2ban changes it word by word. */
const JOURNAL: JailSetting = { key: "journalmatch" };
const ACTION: JailSetting = { key: "actions or backend" };

/** By the word of `get` and `set`. */
export const JAIL_SETTINGS: ReadonlyMap<string, JailSetting> = new Map<
  string,
  JailSetting
>([
  ["bantime", {
    key: "ban_time",
    get: ({ banTimeSeconds }) => toSeconds(banTimeSeconds),
    change: (jail, [text]) => ({
      ...jail,
      banTimeSeconds: readSeconds(text, { canLastForEver: true }),
    }),
  }],
  ["findtime", {
    key: "find_time",
    get: ({ findTimeSeconds }) => findTimeSeconds,
    change: (jail, [text]) => ({ ...jail, findTimeSeconds: readSeconds(text) }),
  }],
  ["maxretry", {
    key: "max_retry",
    get: ({ maxRetry }) => maxRetry,
    change: (jail, [text]) => ({ ...jail, maxRetry: readCount(text, 10_000) }),
  }],
  ["maxlines", {
    key: "max_lines of the filter",
    get: ({ maxLines = 1 }) => maxLines,
    change: (jail, [text]) => ({
      ...requireFail2banSyntax(jail, "maxlines"),
      maxLines: readCount(text, 1000),
    }),
  }],
  // The lines of a host's failures are kept by nobody.
  ["maxmatches", { key: "nothing: lines are not kept", get: () => 0 }],
  ["usedns", {
    key: "a filter in fail2ban's syntax",
    get: ({ useDns, syntax }) =>
      useDns ?? (syntax === "fail2ban" ? "warn" : "no"),
    change: (jail, [text]) => ({
      ...requireFail2banSyntax(jail, "usedns"),
      useDns: readUseDns(text),
    }),
  }],
  ["datepattern", {
    key: "date_format",
    get: describeDates,
    change: (jail, [text = ""]) => ({
      ...requireFail2banSyntax(jail, "datepattern"),
      datePattern: text,
    }),
  }],
  ["logtimezone", {
    key: "log_time_zone",
    get: ({ logTimeZone }) => logTimeZone ?? null,
  }],
  ["logencoding", { key: "nothing: UTF-8 is read", get: () => "utf-8" }],
  ["idle", { key: "enabled", get: () => false }],
  ["logpath", { key: "log_path", get: logpath }],
  ["addlogpath", {
    key: "log_path",
    shows: logpath,
    change: addLogs,
  }],
  ["dellogpath", {
    key: "log_path",
    shows: logpath,
    change: (jail, paths) => ({
      ...jail,
      logPaths: jail.logPaths.filter((path) => !paths.includes(path)),
    }),
  }],
  ["journalmatch", {
    key: "journalmatch",
    get: ({ journalMatch }) =>
      journalMatch.map((line) => splitShellWords(line) ?? [line]),
  }],
  ["addjournalmatch", JOURNAL],
  ["deljournalmatch", JOURNAL],
  ["ignoreip", { key: "ignoreip", get: writeIgnored }],
  ["addignoreip", {
    key: "ignoreip",
    shows: writeIgnored,
    change: addHosts,
  }],
  ["delignoreip", {
    key: "ignoreip",
    shows: writeIgnored,
    change: removeHosts,
  }],
  ["ignoreself", {
    key: "ignoreself",
    get: ({ ignoreSelf }) => ignoreSelf,
    change: (jail, [text = ""]) => ({ ...jail, ignoreSelf: readTruth(text) }),
  }],
  ["ignorecommand", {
    key: "ignore_command",
    get: ({ ignoreCommand }) => ignoreCommand?.command ?? false,
  }],
  ["ignorecache", { key: "ignore_cache" }],
  ["prefregex", {
    key: "prefix of the filter",
    get: ({ prefixPattern }) => prefixPattern ?? "",
  }],
  ["failregex", { key: "filter", get: failregex }],
  ["addfailregex", {
    key: "filter",
    shows: failregex,
    change: (jail, patterns) => ({
      ...jail,
      failPatterns: [...jail.failPatterns, ...patterns],
    }),
  }],
  ["delfailregex", {
    key: "filter",
    shows: failregex,
    change: (jail, [index]) => ({
      ...jail,
      failPatterns: removeAt(jail.failPatterns, index),
    }),
  }],
  ["ignoreregex", { key: "ignoreregex", get: ignoreregex }],
  ["addignoreregex", {
    key: "ignoreregex",
    shows: ignoreregex,
    change: (jail, patterns) => ({
      ...jail,
      ignorePatterns: [...jail.ignorePatterns, ...patterns],
    }),
  }],
  ["delignoreregex", {
    key: "ignoreregex",
    shows: ignoreregex,
    change: (jail, [index]) => ({
      ...jail,
      ignorePatterns: removeAt(jail.ignorePatterns, index),
    }),
  }],
  ["action", ACTION],
  ["addaction", ACTION],
  ["delaction", ACTION],
  ["bantime.increment", {
    key: "bantime_increment",
    get: ({ escalation }) => escalation.increment,
    change: (jail, [text = ""]) =>
      changeEscalation(jail, { increment: readTruth(text) }),
  }],
  ["bantime.maxtime", {
    key: "bantime_maxtime",
    get: ({ escalation }) => toSeconds(escalation.maxTimeSeconds),
    change: (jail, [text]) =>
      changeEscalation(jail, {
        maxTimeSeconds: readSeconds(text, { canLastForEver: true }),
      }),
  }],
  ["bantime.overalljails", {
    key: "bantime_overalljails",
    get: ({ escalation }) => escalation.isOverallJails ?? false,
    change: (jail, [text = ""]) =>
      changeEscalation(jail, { isOverallJails: readTruth(text) }),
  }],
  ["bantime.factor", {
    key: "bantime_factor",
    get: ({ escalation }) => escalation.factor,
  }],
  ["bantime.multipliers", {
    key: "bantime_multipliers",
    get: ({ escalation }) => escalation.multipliers.join(" "),
  }],
  ["bantime.formula", {
    key: "bantime_formula",
    get: ({ escalation }) => escalation.formula ?? null,
  }],
  ["bantime.rndtime", {
    key: "bantime_rndtime",
    get: ({ escalation }) => escalation.rndTimeSeconds ?? 0,
  }],
]);

/** `(pattern, name)`; the journal has no dates to be found. */
function describeDates(jail: JailConfig): PickleValue {
  if (jail.logBackend === "systemd") return null;
  if (jail.datePattern !== undefined) {
    return tuple(jail.datePattern, jail.datePattern);
  }
  return jail.dateFormat === "auto"
    ? tuple(null, "Default Detectors")
    : tuple(jail.dateFormat, jail.dateFormat);
}

function readUseDns(text = ""): UseDns {
  const known = USE_DNS.find((word) => word === text.toLowerCase());
  if (known !== undefined) return known;
  throw new Fail2banError(
    "ValueError",
    `Cannot set usedns: expected one of ${USE_DNS.join(", ")}`,
  );
}
