/**
 * `fail2deno status [JAIL]`.
 *
 * @module
 */

import type { DaemonStatus, JailStatus } from "../control/types.ts";
import type { BanRecord, PatternRecord } from "../control/types.ts";
import type { SourceStatus, SyslogCounts } from "../source/types.ts";
import { formatDuration } from "../util/duration.ts";
import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { formatActions } from "./format_actions.ts";
import { openDaemon, print } from "./setup.ts";
import { formatPairs, formatTable } from "./table.ts";

/** Shows what the daemon watches and whom it holds. */
export const STATUS: Command = {
  name: "status",
  summary: "Show the daemon's jails, or one jail with its banned hosts",
  arguments: [{ form: "[jail]", summary: "name of a jail" }],
  options: [
    {
      form: "--patterns",
      summary: "what each pattern took: lines, hits, time",
    },
    {
      form: "--actions",
      summary: "who carries bans out, and who is told of them",
    },
  ],
  examples: [
    { line: "fail2deno status", summary: "all jails in a table" },
    { line: "fail2deno status sshd", summary: "one jail, with its bans" },
    {
      line: "fail2deno status sshd --patterns",
      summary: "its patterns, the dearest first",
    },
    {
      line: "fail2deno status --actions",
      summary: "what was delivered, what waits, the last error",
    },
    { line: "fail2deno status --json", summary: "the same for programs" },
  ],
  hasJson: true,
  asksDaemon: true,
  run: showStatus,
};

async function showStatus(invocation: Invocation) {
  const daemon = await openDaemon(invocation);
  const name = invocation.words[0];
  if (invocation.options.patterns === true) {
    const patterns = await daemon.patterns(name);
    print(invocation, patterns, () => formatPatterns(patterns));
    return EXIT.ok;
  }
  if (invocation.options.actions === true) {
    const records = await daemon.actions(name);
    print(invocation, records, () => formatActions(records));
    return EXIT.ok;
  }
  if (name === undefined) {
    const status = await daemon.status();
    print(invocation, status, () => formatStatus(status));
    return EXIT.ok;
  }
  const jail = await daemon.jail(name);
  const bans = await daemon.bans(name);
  print(invocation, { ...jail, bans }, () => formatJail(jail, bans));
  return EXIT.ok;
}

function formatStatus(status: DaemonStatus): string {
  const mode = status.mode === "simulate"
    ? "simulating: nothing is banned"
    : "enforcing";
  const head =
    `fail2deno ${status.version} is running: pid ${status.pid}, for ${
      formatDuration(status.uptimeSeconds)
    }, ${mode}\n\n`;
  return head + formatTable(
    ["JAIL", "STATE", "ACTION", "FAILED", "IN ALL", "BANNED", "IN ALL"],
    status.jails.map((jail) => [
      jail.name,
      summarize(jail.sources),
      jail.action,
      jail.failed.current,
      jail.failed.total,
      jail.banned.current,
      jail.banned.total,
    ]),
  );
}

/** The time is an estimate, from every 128th run. */
function formatPatterns(patterns: readonly PatternRecord[]): string {
  return formatTable(
    ["JAIL", "ROLE", "ENGINE", "LINES", "HITS", "GIVEN UP", "MS", "PATTERN"],
    patterns.toSorted((a, b) => b.seconds - a.seconds).map((pattern) => [
      pattern.jail,
      pattern.role,
      pattern.engine,
      pattern.candidates,
      pattern.hits,
      pattern.overBudget,
      Math.round(pattern.seconds * 1000),
      pattern.pattern,
    ]),
  );
}

function formatJail(jail: JailStatus, bans: readonly BanRecord[]): string {
  const time = jail.banTimeSeconds === null
    ? "for ever"
    : formatDuration(jail.banTimeSeconds);
  const hosts = bans.map((ban) => ban.host).join(" ");
  const pairs = formatPairs([
    ["Jail", jail.name],
    ...jail.sources.flatMap((source) => [
      [source.path.startsWith("/") ? "Log" : "Source", source.path] as const,
      ["State", describeState(source)] as const,
      ...source.notJson === undefined
        ? []
        : [["No JSON", `${source.notJson} lines`] as const],
      ...source.syslog === undefined
        ? []
        : [["Messages", describeMessages(source.syslog)] as const],
    ]),
    ["Action", jail.action],
    [
      "Rule",
      `${jail.maxRetry} failures in ${
        formatDuration(jail.findTimeSeconds)
      }, banned ${time}`,
    ],
    ["Failed", `${jail.failed.current} now, ${jail.failed.total} in all`],
    ["Banned", `${jail.banned.current} now, ${jail.banned.total} in all`],
    ["Ignored", String(jail.ignored)],
    ["Made room", `${jail.displaced} bans, before their time`],
    ["Forgotten", `${jail.forgotten} hosts, for lack of room`],
  ]);
  return `${pairs}Hosts    ${hosts}\n`;
}

/** @returns the state of all logs, or the worst one with how many are in it: `waiting (1 of 3)` */
function summarize(sources: readonly SourceStatus[]): string {
  const states = sources.map(({ state }) => state);
  const worst = STATES.find((state) => states.includes(state)) ?? "stopped";
  const count = states.filter((state) => state === worst).length;
  return count === states.length
    ? worst
    : `${worst} (${count} of ${states.length})`;
}

/** From bad to good. */
const STATES = [
  "failed",
  "stopped",
  "waiting",
  "watching",
] as const satisfies readonly SourceStatus["state"][];

function describeState({ state, reason }: SourceStatus): string {
  return reason === undefined ? state : `${state}: ${reason}`;
}

/** @returns `120, 3 cut, 0 dropped` or `120, 0 cut, 2 connections, 0 refused, 1 ended` */
function describeMessages({ messages, ...counts }: SyslogCounts): string {
  const { cut, dropped, connections, refused, ended } = counts;
  const named = { cut, dropped, connections, refused, ended };
  return Object.entries(named)
    .filter(([, count]) => count !== undefined)
    .reduce(
      (text, [name, count]) => `${text}, ${count} ${name}`,
      `${messages}`,
    );
}
