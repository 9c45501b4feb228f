/**
 * `fail2deno test-filter NAME|FILE LOG|LINE`.
 *
 * @module
 */

import type { Command } from "./command.ts";

/** Tries a filter, a jail or a pattern on a line or a log. */
export const TEST_FILTER: Command = {
  name: "test-filter",
  aliases: ["regex"],
  summary: "Try a filter, a jail or a pattern on a line or a whole log",
  details:
    "The filter is a name, or the path of its TOML file; with -j or -p there is none, and the only word is the log or line. " +
    "What names a file is a log, gzip and zstd are unpacked; - reads standard input; anything else is a line. " +
    "Exit code 1 when nothing matches.",
  arguments: [
    { form: "[filter]", summary: "a filter's name or file", takes: "file" },
    { form: "[log-or-line]", summary: "what to try it on", takes: "file" },
  ],
  options: [
    {
      form: "-j, --jail <jail>",
      summary: "a jail instead of a filter, as it is configured",
      takes: "jail",
    },
    {
      form: "-p, --pattern <pattern>...",
      summary:
        "a pattern with <HOST> instead of a filter; several by several -p",
    },
    {
      form: "-l, --line <line>",
      summary: "a line, though there be a file of that name",
    },
    { form: "-m, --mode <mode>", summary: "a mode of the filter" },
    {
      form: "--date-format <format>",
      summary: "auto, syslog, iso8601, epoch or common (default: the filter's)",
      takes: ["auto", "syslog", "iso8601", "epoch", "common"],
    },
    {
      form: "--missed <count>",
      summary: "missed lines of a log that are shown (default: 5)",
    },
    {
      form: "--matched <count>",
      summary: "lines that matched and are shown (default: 0)",
    },
    {
      form: "--ignored <count>",
      summary: "lines that were ignored and are shown (default: 0)",
    },
  ],
  examples: [
    {
      line: "fail2deno test-filter sshd /var/log/auth.log",
      summary: "how often each pattern of a built-in filter matches",
    },
    {
      line:
        "fail2deno test-filter sshd 'Nov 20 19:08:03 box sshd[7]: Failed password for root from 192.0.2.7 port 22 ssh2'",
      summary: "what one line is, by which pattern and literal, or why not",
    },
    {
      line: "fail2deno test-filter ./my-app.toml app.log --missed 50",
      summary: "a filter of your own, with what it misses",
    },
    {
      line: `fail2deno test-filter --jail caddy '{"status":401}'`,
      summary: "what a jail says of a line",
    },
    {
      line:
        "fail2deno test-filter -p 'from <HOST> port' 'Failed password for root from 192.0.2.7 port 22'",
      summary: "a pattern alone: host 192.0.2.7",
    },
  ],
  json:
    "of a log `{ lines, matched, ignored, missed, patterns: [{ role, pattern, engine, literals, candidates, hits, overBudget }], hosts, missedLines, … }`; of a line `{ outcome, host, user, pattern, patternText, literal, groups, reason, near, … }`",
  // Loaded when it is wanted: no other command needs the stages here.
  run: async (invocation) =>
    (await import("./test_filter/test_filter.ts")).testFilter(invocation),
};
