/**
 * `fail2deno ban IP… JAIL`.
 *
 * @module
 */

import type { BanOutcome } from "../control/types.ts";
import { parseDuration } from "../util/duration.ts";
import { EXIT } from "../util/exit_codes.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { splitHosts } from "./hosts.ts";
import { openDaemon, print } from "./setup.ts";

/** Bans hosts by hand. */
export const BAN: Command = {
  name: "ban",
  summary: "Ban hosts by hand",
  details: "The jail is the last word, or stands behind -j. " +
    "Exit code 1 when a host is on the jail's ignore list.",
  arguments: [{
    form: "<ip...>",
    summary: "addresses or networks, and the jail unless -j is given",
    takes: "jail",
  }],
  options: [
    { form: "-j, --jail <jail>", summary: "the jail", takes: "jail" },
    {
      form: "--for <time>",
      summary: "how long, -1 for ever (default: the jail's ban time)",
    },
  ],
  examples: [
    { line: "fail2deno ban 192.0.2.7 sshd", summary: "one host" },
    {
      line: "fail2deno ban -j sshd --for 2h 192.0.2.7 2001:db8::7",
      summary: "two hosts for two hours",
    },
    {
      line: "fail2deno ban -j sshd --for -1 198.51.100.0/24",
      summary: "a network, for ever",
    },
  ],
  json: "`BanOutcomes`: an array of `{ host, jail, outcome }`",
  asksDaemon: true,
  run: banHosts,
};

async function banHosts(invocation: Invocation) {
  const { hosts, jail } = splitHosts(invocation);
  if (jail === undefined) {
    throw new UsageError(
      "Cannot ban: no jail given, expected it as the last word or behind -j",
    );
  }
  const seconds = readTime(invocation.options.for);
  const daemon = await openDaemon(invocation);
  const outcomes = await daemon.ban({ hosts, jail, seconds });
  print(invocation, outcomes, () => outcomes.map(formatOutcome).join(""));
  return outcomes.some(({ outcome }) => outcome === "ignored")
    ? EXIT.no
    : EXIT.ok;
}

function readTime(
  text: string | boolean | undefined,
): number | null | undefined {
  if (typeof text !== "string") return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds <= 0) {
    throw new UsageError(
      `Cannot ban for "${text}": no duration, expected for example 600, 10m, "1d 12h" or -1`,
    );
  }
  return seconds === Infinity ? null : seconds;
}

function formatOutcome({ host, jail, outcome }: BanOutcome): string {
  const words: Readonly<Record<BanOutcome["outcome"], string>> = {
    "banned": `Banned ${host} in ${jail}\n`,
    "extended": `Extended the ban of ${host} in ${jail}\n`,
    "already banned": `${host} is already banned in ${jail} for longer\n`,
    "ignored": `Not banned: ${host} is on the ignore list of ${jail}\n`,
  };
  return words[outcome];
}
