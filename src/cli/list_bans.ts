/**
 * `fail2deno list-bans [JAIL]`.
 *
 * @module
 */

import type { BanRecord } from "../control/types.ts";
import { EXIT } from "../util/exit_codes.ts";
import { formatRelative } from "../util/relative_time.ts";
import type { Command, Invocation } from "./command.ts";
import { openDaemon, print } from "./setup.ts";
import { PLAIN, type Style } from "./style.ts";
import { formatTable } from "./table.ts";

/** Lists the hosts that are banned now. */
export const LIST_BANS: Command = {
  name: "list-bans",
  summary: "List the hosts that are banned now",
  arguments: [{ form: "[jail]", summary: "only this jail's", takes: "jail" }],
  examples: [
    { line: "fail2deno list-bans", summary: "all bans of all jails" },
    { line: "fail2deno list-bans sshd --json", summary: "one jail's, as JSON" },
  ],
  json: "`BanRecords`",
  asksDaemon: true,
  run: listBans,
};

async function listBans(invocation: Invocation) {
  const bans = await (await openDaemon(invocation)).bans(invocation.words[0]);
  print(invocation, bans, (style) => formatBans(bans, style));
  return EXIT.ok;
}

/**
 * Draws the table of bans.
 *
 *     HOST         JAIL  SINCE      ENDS       COUNT  FAILURES
 *     203.0.113.9  sshd  2 min ago  in 57 min      1         5
 */
export function formatBans(
  bans: readonly BanRecord[],
  style: Style = PLAIN,
): string {
  if (bans.length === 0) return "No host is banned\n";
  const nowSeconds = Date.now() / 1000;
  return formatTable(
    ["HOST", "JAIL", "SINCE", "ENDS", "COUNT", "FAILURES"],
    bans.map((ban) => [
      ban.host,
      ban.jail,
      formatRelative(Date.parse(ban.start) / 1000 - nowSeconds),
      formatRelative(ban.remainingSeconds ?? Infinity),
      ban.count,
      ban.failures,
    ]),
    { style },
  );
}
