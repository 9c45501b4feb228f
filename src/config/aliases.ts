/**
 * Other spellings of our keys: fail2ban's, and older ones. They are renamed before anything else looks at a table.
 *
 * @module
 */

import {
  type Entry,
  type ListNode,
  type Node,
  problemAt,
  type TableNode,
} from "./tree.ts";
import type { ConfigProblem } from "./types.ts";

/** Spellings of jail keys that are taken as well. */
export const JAIL_ALIASES: ReadonlyMap<string, string> = new Map([
  ["maxretry", "max_retry"],
  ["findtime", "find_time"],
  ["bantime", "ban_time"],
  ["logpath", "log_path"],
  ["logtimezone", "log_time_zone"],
  ["since", "start"],
  ["logencoding", "log_encoding"],
  ["failregex", "filter"],
  ["banaction", "backend"],
  ["ignorecommand", "ignore_command"],
  ["bantime.increment", "bantime_increment"],
  ["bantime.factor", "bantime_factor"],
  ["bantime.multipliers", "bantime_multipliers"],
  ["bantime.maxtime", "bantime_maxtime"],
  ["bantime.formula", "bantime_formula"],
  ["bantime.rndtime", "bantime_rndtime"],
  ["bantime.overalljails", "bantime_overalljails"],
]);

/** Spellings of `[global]` keys that are taken as well. */
export const GLOBAL_ALIASES: ReadonlyMap<string, string> = new Map([
  ["state_file", "state_dir"],
]);

/**
 * Renames aliases; entries remember how they were written.
 *
 * @param section for messages: `[jail.sshd]`
 * @returns a new table, and a problem for each key that is there under two names
 */
export function renameAliases(
  table: TableNode,
  aliases: ReadonlyMap<string, string>,
  section: string,
): { readonly table: TableNode; readonly problems: ConfigProblem[] } {
  const entries = new Map<string, Entry>();
  const problems: ConfigProblem[] = [];
  for (const entry of flattenBantime(table, aliases)) {
    const key = aliases.get(entry.written) ?? entry.written;
    const other = entries.get(key);
    if (other === undefined) entries.set(key, convert(entry));
    else {
      problems.push(problemAt(
        entry.key,
        `Cannot use "${entry.written}" beside "${other.written}" in ${section}: both name the same option, expected one of them`,
      ));
    }
  }
  return { table: { ...table, entries }, problems };
}

/** `bantime.increment = true` is in TOML a table `bantime`; its keys become `bantime.increment` and so on. */
function* flattenBantime(
  table: TableNode,
  aliases: ReadonlyMap<string, string>,
): Generator<Entry> {
  for (const entry of table.entries.values()) {
    const isParent = entry.written === "bantime" && aliases.has("bantime") &&
      entry.value.kind === "table";
    if (!isParent) {
      yield entry;
      continue;
    }
    for (const sub of entry.value.entries.values()) {
      yield { ...sub, written: `bantime.${sub.written}` };
    }
  }
}

/** What fail2ban writes as lines of one text is a list here, also where it is a single one. */
function convert(entry: Entry): Entry {
  if (entry.written !== "failregex") return entry;
  return { ...entry, value: splitLines(entry.value) };
}

function splitLines(node: Node): Node {
  if (node.kind !== "scalar" || typeof node.value !== "string") return node;
  const items = node.value.split("\n").map((line) => line.trim())
    .filter((line) => line !== "")
    .map((value): Node => ({ ...node, value }));
  const list: ListNode = { kind: "list", place: node.place, items };
  return list;
}
