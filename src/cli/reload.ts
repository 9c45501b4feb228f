/**
 * `fail2deno reload`.
 *
 * @module
 */

import type { ReloadOutcome } from "../control/types.ts";
import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { openDaemon, print } from "./setup.ts";

/** Makes the daemon read its configuration again. */
export const RELOAD: Command = {
  name: "reload",
  summary: "Make the daemon read its configuration again",
  details: "Bans and failures of jails that stay are kept. " +
    "A configuration with problems leaves the old one in force. " +
    "SIGHUP does the same.",
  examples: [
    { line: "fail2deno reload", summary: "after an edit" },
    {
      line: "fail2deno check && fail2deno reload",
      summary: "only if it is free of problems",
    },
  ],
  json: "`ReloadOutcome`",
  asksDaemon: true,
  run: reload,
};

async function reload(invocation: Invocation) {
  const outcome = await (await openDaemon(invocation)).reload();
  for (const warning of outcome.warnings) {
    invocation.context.err(`${warning}\n`);
  }
  print(invocation, outcome, () => formatOutcome(outcome));
  return EXIT.ok;
}

function formatOutcome(outcome: ReloadOutcome): string {
  const parts = (["added", "changed", "removed", "unchanged"] as const)
    .filter((kind) => outcome[kind].length > 0)
    .map((kind) => `${kind}: ${outcome[kind].join(", ")}`);
  return `Reloaded (${parts.join("; ")})\n`;
}
