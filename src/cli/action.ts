/**
 * `fail2deno action VERB`.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { ExitCode } from "../util/exit_codes.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { findVerb, type Verbs } from "./find_verb.ts";

/** Looks after the actions. */
export const ACTION: Command = {
  name: "action",
  summary: "List the actions, or begin one of your own",
  details:
    "list tells what each action does and what it may reach: those of the program, and the files in the folder " +
    "actions beside the configuration. new writes a file to begin with; it never writes over one.",
  arguments: [
    { form: "<verb>", summary: "list or new" },
    { form: "[name]", summary: "of new: letters, digits and _, in lower case" },
    { form: "[folder]", summary: "of new: where to (default: here)" },
  ],
  examples: [
    { line: "fail2deno action list", summary: "what is there to choose from?" },
    {
      line: "fail2deno action new tell_team /etc/fail2deno/actions",
      summary: "begin one of your own",
    },
  ],
  hasJson: true,
  run: runVerb,
};

const VERBS: Verbs = {
  list: async () => (await import("./action_list.ts")).listActions,
  new: async () => (await import("./action_new.ts")).newAction,
};

async function runVerb(invocation: Invocation): Promise<ExitCode> {
  const [verb = "", extra] = invocation.words;
  const load = findVerb({ command: "action", verbs: VERBS }, verb);
  if (extra !== undefined && verb === "list") {
    throw new UsageError(
      `Cannot run action list: "${escapeText(extra, 40)}" is one word too many`,
    );
  }
  return (await load())(invocation);
}
