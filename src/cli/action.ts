/**
 * `fail2deno action VERB`.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { ExitCode } from "../util/exit_codes.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { findVerb, type Verbs } from "./find_verb.ts";
import { createManifestReader } from "./sandbox_access.ts";

/** Looks after the actions. */
export const ACTION: Command = {
  name: "action",
  summary: "List the actions, check one of your own, or begin it",
  details:
    "list tells what each action does and what it may reach: those of the program, and the files in the folder " +
    "actions beside the configuration. new writes a file to begin with; it never writes over one. " +
    "check loads a file in a sandbox that reaches nothing, and tells what it is, which options it takes and which " +
    "hosts it may reach, or what it plans; exit code 65 when it cannot be used, with all that is wrong.",
  arguments: [
    {
      form: "<verb>",
      summary: "list, check or new",
      takes: ["list", "check", "new"],
    },
    { form: "[file]", summary: "of check: the action's file", takes: "file" },
    { form: "[name]", summary: "of new: letters, digits and _, in lower case" },
    {
      form: "[folder]",
      summary: "of new: where to (default: here)",
      takes: "folder",
    },
  ],
  options: [{
    form: "--plan",
    summary: "new: one that plans how a jail bans, instead of one that is told",
  }],
  examples: [
    { line: "fail2deno action list", summary: "what is there to choose from?" },
    {
      line: "fail2deno action new tell_team /etc/fail2deno/actions",
      summary: "begin one of your own",
    },
    {
      line: "fail2deno action new --plan team_wall /etc/fail2deno/actions",
      summary: "begin a backend of your own",
    },
    {
      line: "fail2deno action check /etc/fail2deno/actions/tell_team.ts",
      summary: "can it be used, and what may it do?",
    },
  ],
  json:
    "of list an array of `{ id, kind, version, describe, options, permissions }`; of check `{ file, action }`, or `{ file, problems }`; of new `{ path }`",
  run: runVerb,
};

const VERBS: Verbs = {
  list: async () => {
    const { listActions } = await import("./action_list.ts");
    return (invocation) => listActions(invocation, createManifestReader());
  },
  check: async () => (await import("./action_check.ts")).checkAction,
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
