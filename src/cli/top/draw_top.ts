/**
 * The live screen as lines.
 *
 *     fail2deno 0.1.0  enforcing  up 2 h  61 MB  12 lines/s  3.0 failures/s  0.2 bans/s
 *
 *     JAIL  STATE     FAILED  BANNED  FAILURES/S
 *     sshd  watching       3       1         0.4
 *
 *     HOST         JAIL  FAILURES  LAST     STATE
 *     203.0.113.9  sshd         5  2 s ago  banned
 *
 *     19:08:03 ban      sshd  203.0.113.9  until 2026-…, 5 failures, ban number 1
 *
 * @module
 */

import { formatRelative, formatSpan } from "../../util/relative_time.ts";
import { formatEvent } from "../events.ts";
import { PLAIN, type Style } from "../style.ts";
import { summarizeSources } from "../summarize_sources.ts";
import { formatTable } from "../table.ts";
import type { BusyHost, TopState } from "./top_state.ts";

/** How it is drawn. */
export interface TopFormat {
  readonly style: Style;
  /** Lines that fit; `Infinity`: all. */
  readonly rows: number;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: number;
}

/** Lines of events that are shown where there is room for all. */
const SOME = 10;

/** @returns lines that fit, none longer than the style's width */
export function drawTop(state: TopState, format: TopFormat): string[] {
  const { style, rows } = format;
  const head = [drawHead(state, style), "", ...drawJails(state, style)];
  const hosts = state.hosts();
  const events = state.events.toReversed();
  // What is left is shared: hosts with their title and a blank line, events with a blank line, and the last line.
  const room = rows - head.length - 4;
  const hostRows = Math.max(
    0,
    Math.min(
      hosts.length,
      Math.max(room - Math.min(events.length, 5), room / 2),
    ),
  );
  const shownHosts = hosts.slice(0, Math.min(hostRows, MOST_SHOWN));
  const eventRows = Math.max(0, Math.min(SOME, room - shownHosts.length));
  return [
    ...head,
    "",
    ...drawHosts(shownHosts, format),
    "",
    ...events.slice(0, eventRows).map((event) =>
      cut(formatEvent(event, PLAIN), style)
    ),
  ].slice(0, rows);
}

/** Of a thousand hosts nobody reads the last ones. */
const MOST_SHOWN = 50;

function drawHead({ status, stats, rates }: TopState, style: Style): string {
  if (status === undefined || stats === undefined) return "fail2deno";
  const parts = [
    `fail2deno ${status.version}`,
    status.mode === "simulate" ? "simulating" : "enforcing",
    `up ${formatSpan(stats.uptimeSeconds)}`,
    `${(stats.memoryBytes / 1e6).toFixed(0)} MB`,
    `${stats.activeBans} banned`,
    ...rates === undefined ? [] : [
      `${formatRate(rates.lines)} lines/s`,
      `${formatRate(rates.failures)} failures/s`,
      `${formatRate(rates.bans)} bans/s`,
    ],
  ];
  return style.paint("strong", cut(parts.join("  "), style));
}

function drawJails({ status, rates }: TopState, style: Style): string[] {
  const jails = status?.jails ?? [];
  const table = formatTable(
    ["JAIL", "STATE", "FAILED", "BANNED", "FAILURES/S"],
    jails.map(({ name, sources, failed, banned }) => [
      name,
      summarizeSources(sources),
      failed.current,
      banned.current,
      Number(formatRate(rates?.jails.get(name) ?? 0)),
    ]),
    { style },
  );
  return table.trimEnd().split("\n");
}

function drawHosts(hosts: readonly BusyHost[], format: TopFormat): string[] {
  const { style, nowMs } = format;
  if (hosts.length === 0) {
    return [style.paint("faint", "Nobody failed since this began")];
  }
  const table = formatTable(
    ["HOST", "JAIL", "FAILURES", "LAST", "STATE"],
    hosts.map(({ host, jail, failures, lastMs, state }) => [
      host,
      jail,
      failures,
      formatRelative(Math.min(0, (lastMs - nowMs) / 1000)),
      state,
    ]),
    {
      style,
      tone: (cell, column) =>
        column === 4 && cell === "banned" ? "bad" : undefined,
    },
  );
  return table.trimEnd().split("\n");
}

function formatRate(rate: number): string {
  return rate >= 10 || rate === 0 ? rate.toFixed(0) : rate.toFixed(1);
}

function cut(text: string, { width }: Style): string {
  const line = text.trimEnd();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
