/**
 * `fail2deno status [JAIL]`.
 *
 * @module
 */

import type { ControlClient } from "../control/client.ts";
import type { DaemonStatus, JailStatus } from "../control/types.ts";
import type { BanRecord, PatternRecord } from "../control/types.ts";
import type { SourceStatus, SyslogCounts } from "../source/types.ts";
import { formatDuration } from "../util/duration.ts";
import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { formatActions } from "./format_actions.ts";
import { readInterval } from "./read_interval.ts";
import { openDaemon, print } from "./setup.ts";
import { type Style, styleOf, type Tone } from "./style.ts";
import { summarizeSources } from "./summarize_sources.ts";
import { formatPairs, formatTable } from "./table.ts";
import { untilInterrupted, watch } from "./watch.ts";

/** Shows what the daemon watches and whom it holds. */
export const STATUS: Command = {
  name: "status",
  summary: "Show the daemon's jails, or one jail with its banned hosts",
  arguments: [{ form: "[jail]", summary: "name of a jail", takes: "jail" }],
  options: [
    {
      form: "--patterns",
      summary: "what each pattern took: lines, hits, time",
    },
    {
      form: "--actions",
      summary: "who carries bans out, and who is told of them",
    },
    {
      form: "-w, --watch",
      summary: "show it again and again, in place on a terminal",
    },
    {
      form: "--interval <seconds>",
      summary: "with --watch: how often (default: 2)",
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
    {
      line: "fail2deno status --watch",
      summary: "all jails, every two seconds, until Ctrl-C",
    },
    { line: "fail2deno status --json", summary: "the same for programs" },
  ],
  json:
    "`DaemonStatus`; of one jail `JailStatus` with its `bans`; with --patterns `PatternRecords`, with --actions `ActionRecords`; with --watch one a line",
  asksDaemon: true,
  run: showStatus,
};

async function showStatus(invocation: Invocation) {
  const { options, context } = invocation;
  const intervalMs = readInterval(options.interval, 2);
  const daemon = await openDaemon(invocation);
  if (options.watch !== true) {
    const view = await lookUp(daemon, invocation);
    print(invocation, view.data, view.format);
    return EXIT.ok;
  }
  await untilInterrupted((signal) =>
    watch({
      context,
      intervalMs,
      signal,
      draw: async () => {
        const view = await lookUp(daemon, invocation);
        return options.json === true
          ? `${JSON.stringify(view.data)}\n`
          : view.format(styleOf(context));
      },
    })
  );
  return EXIT.ok;
}

/** What is shown, for programs and for people. */
interface View {
  readonly data: unknown;
  readonly format: (style: Style) => string;
}

async function lookUp(
  daemon: ControlClient,
  { words: [name], options }: Invocation,
): Promise<View> {
  if (options.patterns === true) {
    const data = await daemon.patterns(name);
    return { data, format: (style) => formatPatterns(data, style) };
  }
  if (options.actions === true) {
    const data = await daemon.actions(name);
    return { data, format: (style) => formatActions(data, style) };
  }
  if (name === undefined) {
    const data = await daemon.status();
    return { data, format: (style) => formatStatus(data, style) };
  }
  const jail = await daemon.jail(name);
  const bans = await daemon.bans(name);
  return {
    data: { ...jail, bans },
    format: () => formatJail(jail, bans),
  };
}

function formatStatus(status: DaemonStatus, style: Style): string {
  const mode = status.mode === "simulate"
    ? style.paint("warn", "simulating: nothing is banned")
    : "enforcing";
  const head =
    `fail2deno ${status.version} is running: pid ${status.pid}, for ${
      formatDuration(status.uptimeSeconds)
    }, ${mode}\n\n`;
  return head + formatTable(
    ["JAIL", "STATE", "ACTION", "FAILED", "IN ALL", "BANNED", "IN ALL"],
    status.jails.map((jail) => [
      jail.name,
      summarizeSources(jail.sources),
      jail.action,
      jail.failed.current,
      jail.failed.total,
      jail.banned.current,
      jail.banned.total,
    ]),
    { style, tone: (cell, column) => column === 1 ? toneOf(cell) : undefined },
  );
}

function toneOf(state: string): Tone {
  if (state.startsWith("watching")) return "good";
  return state.startsWith("waiting") ? "warn" : "bad";
}

/** The time is an estimate, from one run of some hundred or thousand. */
function formatPatterns(
  patterns: readonly PatternRecord[],
  style: Style,
): string {
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
    { style },
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
