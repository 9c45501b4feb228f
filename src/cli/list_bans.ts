/**
 * `fail2deno list-bans [JAIL]`.
 *
 * @module
 */

import type { BanRecord } from "../control/types.ts";
import { formatDuration } from "../util/duration.ts";
import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { openDaemon, print } from "./setup.ts";
import { formatTable } from "./table.ts";

/** Lists the hosts that are banned now. */
export const LIST_BANS: Command = {
  name: "list-bans",
  summary: "List the hosts that are banned now",
  arguments: [{ form: "[jail]", summary: "only this jail's" }],
  examples: [
    { line: "fail2deno list-bans", summary: "all bans of all jails" },
    { line: "fail2deno list-bans sshd --json", summary: "one jail's, as JSON" },
  ],
  hasJson: true,
  asksDaemon: true,
  run: listBans,
};

async function listBans(invocation: Invocation) {
  const bans = await (await openDaemon(invocation)).bans(invocation.words[0]);
  print(invocation, bans, () => formatBans(bans));
  return EXIT.ok;
}

function formatBans(bans: readonly BanRecord[]): string {
  if (bans.length === 0) return "No host is banned\n";
  return formatTable(
    ["HOST", "JAIL", "SINCE", "LEFT", "COUNT", "FAILURES"],
    bans.map((ban) => [
      ban.host,
      ban.jail,
      ban.start,
      ban.remainingSeconds === null
        ? "for ever"
        : formatDuration(ban.remainingSeconds),
      ban.count,
      ban.failures,
    ]),
  );
}
