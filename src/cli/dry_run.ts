/**
 * `fail2deno dry-run FILE... -j JAIL`.
 *
 * @module
 */

import type { Command } from "./command.ts";

/** Replays logs and says who would be banned. */
export const DRY_RUN: Command = {
  name: "dry-run",
  summary: "Replay logs by their own clock and say who would be banned",
  details:
    "Nothing is banned and no daemon is asked. Logs are read one after the other, in the order given; gzip and zstd are " +
    "unpacked. - reads standard input. Ctrl-C ends it and shows what was found so far. " +
    "Exit code 65 when a log could not be read to its end, 130 after Ctrl-C.",
  arguments: [{ form: "<file...>", summary: "logs, or -", takes: "file" }],
  options: [
    {
      form: "-j, --jail <jail>...",
      summary: "the jail; several by several -j (default: every enabled jail)",
      takes: "jail",
    },
    {
      form: "--since <time>",
      summary:
        "leave out older lines: a time ago, a day, or a stamp (2h, 2026-11-20, 2026-11-20T19:08:03Z)",
    },
  ],
  examples: [
    {
      line: "fail2deno dry-run /var/log/auth.log -j sshd",
      summary: "one jail over the whole log",
    },
    {
      line: "fail2deno dry-run auth.log.2.gz auth.log.1 auth.log --since 2d",
      summary: "the last two days, which lie in three files",
    },
    {
      line:
        "ssh web cat /var/log/nginx/access.log | fail2deno dry-run - --json",
      summary: "every jail over another machine's log, as JSON",
    },
  ],
  json:
    "`{ isComplete, lines, failures, ignored, overlongLines, bans: [{ host, jail, time, seconds, count, pattern, log }], logs }`",
  // Loaded when it is wanted: no other command needs the stages here.
  run: async (invocation) =>
    (await import("./dry_run/dry_run.ts")).dryRun(invocation),
};
