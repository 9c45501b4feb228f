/**
 * `fail2deno top`.
 *
 * @module
 */

import type { Command } from "./command.ts";

/** What happens now, on a live screen. */
export const TOP: Command = {
  name: "top",
  summary: "Show jails, hosts and rates on a live screen",
  details:
    "q or Ctrl-C ends it. Hosts are those that failed or were banned since it began, the busiest first. " +
    "Where there is no terminal, one screen is printed.",
  options: [{
    form: "--interval <seconds>",
    summary: "how often rates are worked out (default: 1)",
  }],
  examples: [
    { line: "fail2deno top", summary: "until q is pressed" },
    { line: "fail2deno top > now.txt", summary: "one screen" },
  ],
  asksDaemon: true,
  // Loaded when it is wanted: no other command needs a screen.
  run: async (invocation) =>
    (await import("./top/run_top.ts")).runTop(invocation),
};
