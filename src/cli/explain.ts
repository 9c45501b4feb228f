/**
 * `fail2deno explain IP`.
 *
 * @module
 */

import { parseNetwork } from "../util/address.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT } from "../util/exit_codes.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { formatHost } from "./format_host.ts";
import { openDaemon, print } from "./setup.ts";

/** Why is this host banned, or why is it not? */
export const EXPLAIN: Command = {
  name: "explain",
  summary: "Say why a host is banned, or how far from a ban it is",
  details:
    "Shows the lines that counted last and what their pattern caught, how long the ban lasts and whether the firewall has it, " +
    "and the host's earlier bans; of a host that is not banned its failures in each jail, and what spares it. " +
    "Exit code 1 when no jail bans it.",
  arguments: [{ form: "<ip>", summary: "an address or a network" }],
  examples: [
    { line: "fail2deno explain 192.0.2.7", summary: "what happened there" },
    {
      line: "fail2deno explain 2001:db8::7 --json",
      summary: "the same for programs",
    },
  ],
  json: "`HostReport`",
  asksDaemon: true,
  run: explain,
};

async function explain(invocation: Invocation) {
  const [address = ""] = invocation.words;
  if (parseNetwork(address) === undefined) {
    throw new UsageError(
      `Cannot explain "${escapeText(address, 64)}": no IP address or network`,
    );
  }
  const report = await (await openDaemon(invocation)).host(address);
  print(
    invocation,
    report,
    (style) => formatHost(report, { style, nowMs: Date.now() }),
  );
  return report.jails.some(({ ban }) => ban !== null) ? EXIT.ok : EXIT.no;
}
