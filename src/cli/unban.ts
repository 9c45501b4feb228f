/**
 * `fail2deno unban IP… [JAIL]`.
 *
 * @module
 */

import { EXIT } from "../util/exit_codes.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { splitHosts } from "./hosts.ts";
import { openDaemon, print } from "./setup.ts";

/** Frees hosts. */
export const UNBAN: Command = {
  name: "unban",
  summary: "Free banned hosts",
  details:
    "A network also frees the hosts within it, and a host the network with which its jail banned it. " +
    "Exit code 1 when nothing was banned.",
  arguments: [{
    form: "[ip...]",
    summary: "addresses or networks, and perhaps a jail at the end",
    takes: "jail",
  }],
  options: [
    { form: "-j, --jail <jail>", summary: "only in this jail", takes: "jail" },
    { form: "--all", summary: "every host" },
  ],
  examples: [
    { line: "fail2deno unban 192.0.2.7", summary: "in every jail" },
    { line: "fail2deno unban 192.0.2.7 sshd", summary: "in one jail" },
    { line: "fail2deno unban --all -j sshd", summary: "all hosts of a jail" },
  ],
  json: "`UnbanOutcome`",
  asksDaemon: true,
  run: unbanHosts,
};

async function unbanHosts(invocation: Invocation) {
  const { hosts, jail } = splitHosts(invocation);
  const isAll = invocation.options.all === true;
  if (isAll === hosts.length > 0) {
    throw new UsageError(
      "Cannot unban: expected either addresses or --all",
    );
  }
  const outcome = await (await openDaemon(invocation)).unban(
    isAll ? { all: true, jail } : { hosts, jail },
  );
  print(
    invocation,
    outcome,
    () =>
      outcome.unbanned === 0
        ? "No such host is banned\n"
        : `Unbanned ${outcome.unbanned}\n`,
  );
  return outcome.unbanned === 0 ? EXIT.no : EXIT.ok;
}
