/**
 * How fail2ban-regex is asked for what a jail does: by the name of its filter where it can read that itself, so that our
 * reading of the tree is compared too; else with the patterns that the jail comes to.
 *
 * @module
 */

import { type FilterSettings, resolveFilter } from "./filter.ts";
import type { ResolvedJail } from "./jail.ts";
import { TreeError } from "./tree_error.ts";
import type { TreeFiles } from "./tree_files.ts";

/** Arguments, and the file that they need. */
export interface RegexCall {
  /** Without folder and filter, which come last. */
  readonly args: readonly string[];
  /** `sshd[mode="aggressive"]`; absent: `filterText` has to be written down. */
  readonly filter?: string;
  /** A filter file for what no filter of the tree says. */
  readonly filterText?: string;
}

/** The level of its log that tells of each line. */
const LINE_LEVEL = "7";

/** Makes the call for a jail that reads a log file. */
export function makeRegexCall(
  jail: ResolvedJail,
  { folder, files }: { readonly folder: string; readonly files: TreeFiles },
): RegexCall {
  const { settings } = jail;
  const filter = nameFilter(jail);
  const alone = filter === undefined
    ? undefined
    : readAlone(jail, { folder, files });
  const isNamed = alone !== undefined && isSameFilter(alone, settings);
  const differing = (key: "datepattern" | "maxlines") => {
    const value = settings[key];
    return isNamed && alone[key] === value ? undefined : value;
  };
  const text = (key: string) => String(jail.values.get(key) ?? "");
  const encoding = text("logencoding");
  const args = [
    ...["--log-level", LINE_LEVEL, "--out", "row", "--raw"],
    ...option("usedns", settings.usedns),
    ...option("maxlines", differing("maxlines")),
    ...option("datepattern", differing("datepattern")),
    ...option("encoding", encoding === "auto" ? "" : encoding),
    ...option("timezone", text("logtimezone")),
  ];
  return isNamed && filter !== undefined
    ? { args, filter }
    : { args, filterText: formatFilter(settings) };
}

/** In one word, so that a value may begin with a dash. */
function option(name: string, value: string | number | undefined): string[] {
  return value === undefined || value === "" ? [] : [`--${name}=${value}`];
}

/** @returns undefined where fail2ban-regex would take it for a pattern, or an option cannot stand in quotes */
function nameFilter({ filter }: ResolvedJail): string | undefined {
  if (filter === undefined || !/^[\w.-]+$/.test(filter.name)) return undefined;
  const options: string[] = [];
  for (const [key, value] of filter.options) {
    const quote = ['"', "'"].find((mark) => !value.includes(mark));
    if (quote === undefined) return undefined;
    options.push(`${key}=${quote}${value}${quote}`);
  }
  return options.length === 0
    ? filter.name
    : `${filter.name}[${options.join(", ")}]`;
}

/** The filter without its jail, as fail2ban-regex reads it for a file. */
function readAlone(
  { filter }: ResolvedJail,
  { folder, files }: { readonly folder: string; readonly files: TreeFiles },
): FilterSettings | undefined {
  try {
    const options = Object.fromEntries(filter?.options ?? []);
    return resolveFilter(folder, filter?.name ?? "", { options, files });
  } catch (error) {
    if (error instanceof TreeError) return undefined;
    throw error;
  }
}

function isSameFilter(a: FilterSettings, b: FilterSettings): boolean {
  const essence = ({ prefregex, failregex, ignoreregex }: FilterSettings) =>
    JSON.stringify([prefregex, failregex, ignoreregex]);
  return essence(a) === essence(b);
}

function formatFilter(
  { prefregex, failregex, ignoreregex }: FilterSettings,
): string {
  const entry = (key: string, patterns: readonly string[]) =>
    `${key} = ${patterns.map(escapePattern).join("\n    ")}\n`;
  return "[Definition]\n" +
    (prefregex === undefined ? "" : entry("prefregex", [prefregex])) +
    entry("failregex", failregex) + entry("ignoreregex", ignoreregex);
}

/** So that none of it is a reference, a comment, or trimmed: an escaped mark and an empty group change no pattern. */
function escapePattern(pattern: string): string {
  return pattern.replaceAll("%", "%%").replaceAll(/(\s);/g, "$1\\;")
    .replace(/^(?=[\s#;])|(?<=\s)$/g, "(?:)");
}
