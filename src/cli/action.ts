/**
 * `fail2deno action VERB`.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { ExitCode } from "../util/exit_codes.ts";
import { suggest } from "../util/suggest.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";

/** Looks after handler and plan actions of one's own. */
export const ACTION: Command = {
  name: "action",
  summary: "Check an action of your own",
  details:
    "check loads the file in a sandbox that reaches nothing, and tells what the action is, which options it takes, " +
    "which hosts it may reach and what it can be asked; exit code 65 when it cannot be used, with all that is wrong.",
  arguments: [
    { form: "<verb>", summary: "check" },
    { form: "[file]", summary: "the action's file" },
  ],
  examples: [
    {
      line: "fail2deno action check /etc/fail2deno/actions.d/team.ts",
      summary: "can it be used, and what may it do?",
    },
  ],
  hasJson: true,
  run: runVerb,
};

type Verb = (invocation: Invocation) => ExitCode | Promise<ExitCode>;

/** Loaded when they are wanted. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  check: async () => (await import("./action_check.ts")).checkAction,
};

async function runVerb(invocation: Invocation): Promise<ExitCode> {
  const [verb = ""] = invocation.words;
  const load = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (load !== undefined) return (await load())(invocation);
  const names = Object.keys(VERBS);
  const close = suggest(verb, names);
  const hint = close === undefined
    ? `expected one of ${names.join(", ")}`
    : `did you mean "${close}"?`;
  throw new UsageError(
    `Cannot run action "${escapeText(verb, 40)}": it is not known, ${hint}`,
  );
}
