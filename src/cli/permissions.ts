/**
 * `fail2deno permissions`.
 *
 * @module
 */

import {
  heldPermissions,
  planPermissions,
  revokePermissions,
} from "../config/permissions.ts";
import {
  DaemonUnreachableError,
  type PermissionRecord,
} from "../control/types.ts";
import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import {
  loadActionConfig,
  loadInvocationConfig,
  openDaemon,
  print,
  programPaths,
} from "./setup.ts";
import { formatTable } from "./table.ts";

/** Shows what the daemon may do, and why. */
export const PERMISSIONS: Command = {
  name: "permissions",
  summary: "Show what the daemon may do, and why",
  details:
    "Asks the running daemon; where none runs, does what it would do with this configuration and shows what is left.",
  examples: [
    { line: "fail2deno permissions", summary: "each entry with its reason" },
    { line: "fail2deno permissions --json", summary: "the same for programs" },
  ],
  json: "`PermissionRecords`",
  asksDaemon: true,
  run: showPermissions,
};

async function showPermissions(invocation: Invocation) {
  const config = await loadActionConfig(invocation, {
    load: loadInvocationConfig,
    isOutside: true,
  });
  const daemon = await openDaemon(invocation);
  let records: readonly PermissionRecord[];
  try {
    records = await daemon.permissions();
  } catch (error) {
    if (!(error instanceof DaemonUnreachableError)) throw error;
    if (error.isDenied) throw error;
    invocation.context.err(
      "No daemon is running; this is what it would keep\n",
    );
    const plan = planPermissions(config, programPaths(invocation));
    revokePermissions(plan);
    records = heldPermissions(plan).map(({ kind, value, reason }) => ({
      kind,
      value,
      reason: reason ?? "lies under a kept entry",
    }));
  }
  print(invocation, records, (style) =>
    formatTable(
      ["KIND", "ENTRY", "WHY"],
      records.map(({ kind, value, reason }) => [kind, value, reason]),
      { style },
    ));
  return EXIT.ok;
}
