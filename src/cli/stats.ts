/**
 * `fail2deno stats`.
 *
 * @module
 */

import type { DaemonStats } from "../control/types.ts";
import { formatDuration } from "../util/duration.ts";
import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { openDaemon, print } from "./setup.ts";
import type { Style } from "./style.ts";
import { formatPairs, formatTable } from "./table.ts";

/** Shows running totals. */
export const STATS: Command = {
  name: "stats",
  summary: "Show running totals: lines read, failures, bans, memory",
  examples: [
    { line: "fail2deno stats", summary: "totals since the daemon's start" },
    { line: "fail2deno stats --json", summary: "the same for programs" },
  ],
  json: "`DaemonStats`",
  asksDaemon: true,
  run: showStats,
};

async function showStats(invocation: Invocation) {
  const stats = await (await openDaemon(invocation)).stats();
  print(invocation, stats, (style) => formatStats(stats, style));
  return EXIT.ok;
}

function formatStats(stats: DaemonStats, style: Style): string {
  const pairs = formatPairs([
    ["Running for", formatDuration(stats.uptimeSeconds)],
    ["Memory", `${(stats.memoryBytes / 1e6).toFixed(1)} MB`],
    ["Lines read", `${stats.lines} (${stats.bytes} bytes)`],
    ["Lines looked at", String(stats.candidates)],
    ["Failures", String(stats.failures)],
    [
      "Bans",
      `${stats.activeBans} now of ${stats.maxBans} at most, ${stats.bans} in all`,
    ],
    ["Unbans", String(stats.unbans)],
    ["Problems", String(stats.problems)],
    [
      "Longest pause",
      `${stats.longestPauseMs} ms; ${stats.longestCommitMs} ms to store the state`,
    ],
    ...describeDisplaced(stats),
    ...describeNames(stats),
    ...describeUnanswered(stats),
  ]);
  const rows = Object.entries(stats.jails).map(([name, totals]) => [
    name,
    totals.failures,
    totals.bans,
  ]);
  return `${pairs}\n${
    formatTable(["JAIL", "FAILURES", "BANS"], rows, { style })
  }`;
}

type Pair = readonly [string, string];

function describeDisplaced({ displaced }: DaemonStats): readonly Pair[] {
  return displaced === 0
    ? []
    : [["Made room", `${displaced} bans ended before their time`]];
}

/** Most daemons look no names up, and say nothing of them. */
function describeNames({ names }: DaemonStats): readonly Pair[] {
  const { asked, failed, refused, surplus } = names;
  if (asked + refused === 0) return [];
  const more = surplus === 0 ? "" : `, ${surplus} addresses too many`;
  return [[
    "Names",
    `${asked} looked up, ${failed} failed, ${refused} refused${more}`,
  ]];
}

function describeUnanswered({ unanswered }: DaemonStats): readonly Pair[] {
  return unanswered === 0 ? [] : [["Unanswered", String(unanswered)]];
}
