/**
 * `fail2deno db VERB`.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { ExitCode } from "../util/exit_codes.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { findVerb, type Verbs } from "./find_verb.ts";

/** Looks after the daemon's state. */
export const DB: Command = {
  name: "db",
  summary: "Check, compact, export or import the state",
  details:
    "check looks for damage and for rows that no daemon writes; exit code 1 when there are any. " +
    "vacuum gives unused space back. export writes all that outlives a restart as JSON Lines. " +
    "import takes such lines over: the longer ban and the higher count win, logs that are known keep their place. " +
    "check and export work beside a running daemon, vacuum and import need it stopped.",
  arguments: [
    {
      form: "<verb>",
      summary: "check, vacuum, export or import",
      takes: ["check", "vacuum", "export", "import"],
    },
    {
      form: "[file]",
      summary: "of export and import (default: standard output or input)",
      takes: "file",
    },
  ],
  options: [
    {
      form: "--state <folder>",
      summary: "the daemon's folder of state (default: as configured)",
      takes: "folder",
    },
    {
      form: "--partial",
      summary: "with import: leave out lines that cannot be read",
    },
  ],
  examples: [
    { line: "fail2deno db check", summary: "is the state sound?" },
    { line: "fail2deno db vacuum", summary: "make the file small" },
    {
      line: "fail2deno db export /tmp/state.jsonl",
      summary: "a copy that other programs can read",
    },
    {
      line: "fail2deno db import /tmp/state.jsonl --state /tmp/trial",
      summary: "take it over, into a state elsewhere",
    },
    {
      line: 'fail2deno db export | grep \'^{"kind":"ban"\'',
      summary: "who is banned, one a line",
    },
  ],
  json:
    "of check `{ path, version, rows, problems }`; of vacuum `{ path, before, after }`; of import `{ read, taken }` by kind, and `leftOut`. export writes JSON Lines in any case",
  run: runVerb,
};

/** Loaded when they are wanted: no other command needs the database. */
const VERBS: Verbs = {
  check: async () => (await import("./db_check.ts")).checkDatabase,
  vacuum: async () => (await import("./db_vacuum.ts")).vacuumDatabase,
  export: async () => (await import("./db_export.ts")).exportState,
  import: async () => (await import("./db_import.ts")).importState,
};

async function runVerb(invocation: Invocation): Promise<ExitCode> {
  const [verb = "", file] = invocation.words;
  const load = findVerb({ command: "db", verbs: VERBS }, verb);
  if (file !== undefined && verb !== "export" && verb !== "import") {
    throw new UsageError(
      `Cannot run db ${verb}: "${escapeText(file, 40)}" is one word too many`,
    );
  }
  if (invocation.options.partial === true && verb !== "import") {
    throw new UsageError(
      `Cannot use --partial with db ${verb}: expected db import`,
    );
  }
  return (await load())(invocation);
}
