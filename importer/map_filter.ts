/**
 * From a resolved filter to a filter file of ours.
 *
 * @module
 */

import type { FilterSettings } from "./filter.ts";
import type { OutcomeNote } from "./outcome.ts";
import { formatComment, formatEntry, type TomlEntry } from "./toml_text.ts";

/** A filter file that is to be written. */
export interface MappedFilter {
  /** Without `.toml`. */
  readonly name: string;
  /** What it holds; two jails with the same share the file. */
  readonly text: string;
  readonly notes: readonly OutcomeNote[];
}

/**
 * Writes a filter file.
 *
 * @param source where it comes from, for the comment: `filter.d/sshd.conf [mode=normal]`
 */
export function mapFilter(
  name: string,
  settings: FilterSettings,
  source: string,
): MappedFilter {
  const notes: OutcomeNote[] = [];
  if (settings.failregex.length === 0) {
    notes.push({ what: "It has no pattern: it finds nothing", isLoss: true });
  }
  const entries: (TomlEntry | undefined)[] = [
    { key: "description", value: `Imported from fail2ban's ${source}` },
    { key: "syntax", value: "fail2ban" },
    entry("date_pattern", settings.datepattern),
    entry("use_dns", useDns(settings.usedns)),
    entry("max_lines", settings.maxlines === 1 ? undefined : settings.maxlines),
    entry("prefix_pattern", settings.prefregex),
    { key: "fail", value: settings.failregex },
    entry(
      "ignore",
      settings.ignoreregex.length === 0 ? undefined : settings.ignoreregex,
    ),
  ];
  const head = formatComment(
    "The patterns are fail2ban's, or your own, with their includes and options put in.",
  );
  const body = entries.filter((item) => item !== undefined).map(formatEntry);
  return { name, text: `${head}${body.join("")}`, notes };
}

/** @returns undefined for fail2ban's default, which any other word is too */
function useDns(word = "warn"): string | undefined {
  const value = word.toLowerCase();
  return ["yes", "no", "raw"].includes(value) ? value : undefined;
}

function entry(
  key: string,
  value: string | number | readonly string[] | undefined,
): TomlEntry | undefined {
  return value === undefined ? undefined : { key, value };
}
