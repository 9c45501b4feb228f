/**
 * What a dry run comes to, for people.
 *
 *     5200 lines, 41 failures, 1 ban
 *
 *     TIME                  HOST         JAIL  FOR  COUNT  PATTERN
 *     2026-01-02T03:04:05Z  203.0.113.9  sshd  1h       1  sshd[0]
 *
 *     sshd[0]  1 ban, config.toml:4, ^…Failed … from <HOST>…$
 *
 * @module
 */

import { formatDuration } from "../../util/duration.ts";
import { PLAIN, type Style } from "../style.ts";
import { formatPairs, formatTable } from "../table.ts";
import type { LogShare, Outcome, WouldBeBan } from "./outcome.ts";

/** @returns several tables, those left out that would say nothing */
export function formatOutcome(
  outcome: Outcome,
  style: Style = PLAIN,
): string {
  const { bans, logs } = outcome;
  return [
    formatTotals(outcome),
    bans.length === 0 ? "" : formatBans(bans, style),
    bans.length === 0 ? "" : formatPatterns(bans),
    logs.length < 2 ? "" : formatLogs(logs, style),
  ].filter((part) => part !== "").join("\n");
}

function formatTotals(outcome: Outcome): string {
  const { lines, failures, bans, overlongLines } = outcome;
  const leftOut = overlongLines === 0
    ? ""
    : `, ${count(overlongLines, "overlong line")} left out`;
  return `${count(lines, "line")}, ${count(failures, "failure")}, ${
    count(bans.length, "ban")
  }${leftOut}\n`;
}

function formatBans(bans: readonly WouldBeBan[], style: Style): string {
  return formatTable(
    ["TIME", "HOST", "JAIL", "FOR", "COUNT", "PATTERN"],
    bans.map((ban) => [
      ban.time,
      ban.host,
      ban.jail,
      formatDuration(ban.seconds ?? Infinity),
      ban.count,
      patternName(ban),
    ]),
    { style },
  );
}

/** The patterns that led to bans, the busiest first: their texts are too long for the table above. */
function formatPatterns(bans: readonly WouldBeBan[]): string {
  const byName = Map.groupBy(bans, patternName);
  const rows = [...byName].sort(([, a], [, b]) => b.length - a.length);
  return formatPairs(rows.map(([name, owed]) => {
    const { file, line, text } = owed[0]?.pattern ?? { text: "" };
    const place = line === undefined ? file : `${file}:${line}`;
    return [
      name,
      [count(owed.length, "ban"), place, text]
        .filter((part) => part !== undefined).join(", "),
    ];
  }));
}

function formatLogs(logs: readonly LogShare[], style: Style): string {
  return formatTable(
    ["LOG", "LINES", "FAILURES", "BANS", "READ"],
    logs.map(({ name, lines, failures, bans, isComplete }) => [
      name,
      lines,
      failures,
      bans,
      isComplete ? "all" : "in part",
    ]),
    { style },
  );
}

function patternName({ jail, pattern }: WouldBeBan): string {
  return `${jail}[${pattern.index}]`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
