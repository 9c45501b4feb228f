/**
 * fail2ban's tags in a pattern, written out as groups: for filters that have to match exactly what they matched there.
 *
 * A text substitution, as fail2ban's own: a tag may enclose a `|`, or stand where no group could.
 *
 *     ^Failed for <F-USER>\S+</F-USER> from <ADDR>$   →   ^Failed for (?P<user>\S+) from \[?(?:…)\]?$
 *
 * @module
 */

import type { UseDns } from "../config/types.ts";

/** Groups that say whose failure it is; `mlfid` says it by an earlier or later line. */
export const ID_GROUPS = ["fid", "ip4", "ip6", "dns", "mlfid"] as const;

const QUARTET = "[0-9A-Fa-f]{1,4}";
const IP4 = "(?:::f{4,6}:)?(?P<ip4>\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})";
const IP6 = `(?P<ip6>(?:${QUARTET}:{1,2}|:){1,7}(?:${QUARTET}|(?<=:):))`;
const DNS = "(?P<dns>[-.^\\w]*\\w)";
const CIDR = "(?P<cidr>\\d+)";
const ADDR = `\\[?(?:${IP4}|${IP6})\\]?`;
const SUBNET = `\\[?(?:${IP4}|${IP6})(?:/${CIDR})?\\]?`;

/** Those that stand for themselves; some may also be written `<F-…/>`. */
const FIXED: ReadonlyMap<string, string> = new Map([
  ["IP4", IP4],
  ["F-IP4/", IP4],
  ["IP6", IP6],
  ["F-IP6/", IP6],
  ["ADDR", ADDR],
  ["F-ADDR/", ADDR],
  ["CIDR", CIDR],
  ["F-CIDR/", CIDR],
  ["SUBNET", SUBNET],
  ["F-SUBNET/", SUBNET],
  ["DNS", DNS],
  ["F-DNS/", DNS],
  ["F-ID/", "(?P<fid>\\S+)"],
  ["F-PORT/", "(?P<fport>\\w+)"],
]);

const TAG = /<(\/?[\w-]+\/?)>/g;
const CUSTOM = /^(\/?)F-([A-Z0-9_-]+)$/;

/** Flags that begin a group hold for that group; Python no longer takes them there. */
const FLAGS_IN_GROUP = /(?<!\\)\((?:\?:)?(\(\?[a-z]+)\)/g;

/**
 * Writes the tags of a pattern out.
 *
 * @param useDns with `no`, `<HOST>` takes no names
 * @returns the pattern in Python's syntax; what is no tag stays as it is
 */
export function expandTags(pattern: string, useDns: UseDns = "warn"): string {
  const opened = new Set<string>();
  let skips = 0;
  return pattern.replace(TAG, (text: string, name: string) => {
    if (name === "HOST") return useDns === "no" ? ADDR : `(?:${ADDR}|${DNS})`;
    if (name === "SKIPLINES") return `\\n(?P<skiplines${skips++}>(?:.*\\n)*?)`;
    const fixed = FIXED.get(name);
    if (fixed !== undefined) return fixed;
    const [, slash, custom] = CUSTOM.exec(name) ?? [];
    if (custom === undefined) return text;
    if (slash !== "") return opened.has(custom) ? ")" : text;
    opened.add(custom);
    return `(?P<${groupOfTag(custom)}>`;
  }).replace(FLAGS_IN_GROUP, "$1:");
}

/** @returns the group's name: `user` of `USER`, `fid` of `ID` */
export function groupOfTag(name: string): string {
  const lower = name.toLowerCase();
  if (lower === "id") return "fid";
  return lower === "port" ? "fport" : lower;
}
