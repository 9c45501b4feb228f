/**
 * What is known of a host, for people.
 *
 *     203.0.113.9 is banned in sshd, for another 52 min
 *
 *     sshd
 *       Banned    8 min ago, until 2026-01-02T04:04:05Z (in 52 min), for 5 failures; ban number 1
 *       Firewall  nftables has it, for another 52 min
 *       Lines     the last 5 that counted:
 *         03:04:05Z /var/log/auth.log
 *           Jan  2 03:04:05 box sshd[7]: Failed password for root from 203.0.113.9
 *         caught by sshd\[\d+\]: Failed password for .* from <HOST>
 *       History   1 ban
 *         2026-01-02T03:04:05Z to 2026-01-02T04:04:05Z, 5 failures
 *
 * Lines of a log are an attacker's text, and escaped.
 *
 * @module
 */

import type {
  CountedLine,
  FirewallRecord,
  HostInJail,
  HostReport,
  PastBan,
} from "../control/types.ts";
import { escapeText } from "../util/escape.ts";
import { formatRelative, formatSpan } from "../util/relative_time.ts";
import { PLAIN, type Style } from "./style.ts";
import { formatTable } from "./table.ts";

/** By which clock, and how it looks. */
export interface HostFormat {
  /** Default: nothing cut, no colours. */
  readonly style?: Style;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: number;
}

const LONGEST_LINE = 400;
const LONGEST_GROUP = 80;

/** Past bans that are shown. */
const MOST_PAST = 10;

type Look = Required<HostFormat>;

/** @returns a verdict, and a section for each jail that has something to say */
export function formatHost(
  { host, jails }: HostReport,
  { style = PLAIN, nowMs }: HostFormat,
): string {
  const look = { style, nowMs };
  const sections = jails.filter(hasStory)
    .map((jail) => formatSection(jail, look));
  const isBanned = jails.some(({ ban }) => ban !== null);
  return [
    formatVerdict(host, jails, style),
    ...isBanned ? [] : [formatDistances(jails, style)],
    ...sections,
  ].join("\n");
}

function hasStory({ ban, lines, history }: HostInJail): boolean {
  return ban !== null || lines.length > 0 || history.length > 0;
}

function formatVerdict(
  host: string,
  jails: readonly HostInJail[],
  style: Style,
): string {
  const banned = jails.filter(({ ban }) => ban !== null);
  if (banned.length === 0) {
    return `${style.paint("good", `${host} is not banned`)}\n`;
  }
  const names = banned.map(({ jail }) => jail).join(", ");
  const longest = Math.max(
    ...banned.map(({ ban }) => ban?.remainingSeconds ?? Infinity),
  );
  const left = longest === Infinity
    ? "for ever"
    : `for another ${formatSpan(longest)}`;
  return `${style.paint("bad", `${host} is banned in ${names}, ${left}`)}\n`;
}

/** How far from a ban the host is, jail by jail. */
function formatDistances(jails: readonly HostInJail[], style: Style): string {
  return formatTable(
    ["JAIL", "FAILURES", "TO A BAN", "WITHIN", "BANS SO FAR", "SPARED BY"],
    jails.map(({ jail, failures, bans, ignoredBy }) => [
      jail,
      failures.recent,
      ignoredBy === null ? `${failures.missing} more` : "never",
      formatSpan(failures.findTimeSeconds),
      bans,
      ignoredBy ?? "",
    ]),
    { style },
  );
}

function formatSection(jail: HostInJail, look: Look): string {
  const { ban, firewall, countedAs, lines, history, bans } = jail;
  const { style, nowMs } = look;
  const rows: string[] = [];
  const add = (name: string, text: string) =>
    rows.push(`  ${name.padEnd(10)}${text}\n`);
  if (ban !== null) {
    const since = formatRelative((Date.parse(ban.start) - nowMs) / 1000);
    const until = ban.end === null
      ? "for ever"
      : `until ${ban.end} (${formatRelative(ban.remainingSeconds ?? 0)})`;
    const cause = ban.failures === 0
      ? "by hand"
      : `for ${count(ban.failures, "failure")}`;
    add("Banned", `${since}, ${until}, ${cause}; ban number ${ban.count}`);
    if (ban.host !== countedAs) add("Network", ban.host);
  } else add("Free", `${count(bans, "ban")} so far that still count`);
  if (jail.mode === "simulate") add("Mode", "simulate: nothing is blocked");
  if (firewall !== null) add("Firewall", formatFirewall(firewall, style));
  if (countedAs.includes("/")) add("Counted", `with all of ${countedAs}`);
  if (lines.length > 0) {
    add("Lines", `the last ${lines.length} that counted:`);
    rows.push(...formatLines(lines, look));
  } else if (ban !== null && ban.failures > 0) {
    add("Lines", "not known any more: they came before the daemon's start");
  }
  if (history.length > 0) {
    add("History", `${count(history.length, "ban")}:`);
    rows.push(...history.slice(0, MOST_PAST).map(formatPast));
  }
  return `${style.paint("strong", jail.jail)}\n${rows.join("")}`;
}

function formatFirewall(record: FirewallRecord, style: Style): string {
  const { action, isThere, remainingSeconds } = record;
  if (isThere === null) return `${action} cannot be asked`;
  if (!isThere) {
    return style.paint("bad", `${action} does not have it: nothing is blocked`);
  }
  return remainingSeconds === null
    ? `${action} has it, for ever`
    : `${action} has it, for another ${formatSpan(remainingSeconds)}`;
}

/** The log is named where it changes, the pattern behind the last of its lines. */
function formatLines(lines: readonly CountedLine[], look: Look): string[] {
  return lines.map((line, index) => {
    const { source, pattern } = line;
    const isFirst = lines[index - 1]?.source !== source;
    const isLast = lines[index + 1]?.pattern !== pattern;
    return [
      isFirst && source !== null ? `    in ${escapeText(source)}\n` : "",
      formatLine(line, look),
      isLast && pattern !== null
        ? look.style.paint("faint", `    caught by ${escapeText(pattern)}`) +
          "\n"
        : "",
    ].join("");
  });
}

function formatLine({ time, line, groups }: CountedLine, look: Look): string {
  const when = formatRelative((Date.parse(time) - look.nowMs) / 1000);
  const text = line === null
    ? "(the line is no longer where it was)"
    : escapeText(line, LONGEST_LINE);
  const caught = Object.entries(groups)
    .filter(([name]) => !HOST_GROUPS.has(name))
    .map(([name, value]) => `${name}=${escapeText(value, LONGEST_GROUP)}`);
  const extra = caught.length === 0 ? "" : `  [${caught.join(" ")}]`;
  return `    ${when.padStart(12)}  ${text}${extra}\n`;
}

/** What they caught is the host itself. */
const HOST_GROUPS: ReadonlySet<string> = new Set([
  ...["ip4", "ip6", "dns", "fid", "host", "cidr"],
]);

function formatPast(
  { host, start, end, failures, isInForce }: PastBan,
): string {
  const until = end === null ? "for ever" : `to ${end}`;
  const cause = failures === 0 ? "by hand" : count(failures, "failure");
  return `    ${start} ${until}, ${cause}${
    host.includes("/") ? `, ${host}` : ""
  }${isInForce ? ", in force" : ""}\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
