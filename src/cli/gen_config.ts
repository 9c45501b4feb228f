/**
 * `fail2deno gen-config NAME`.
 *
 * @module
 */

import type { FilterFile } from "../config/filter_file.ts";
import { patternsOf } from "../config/filter_library.ts";
import { jailText } from "../config/jail_text.ts";
import { MACHINE_FILES } from "../config/read_text.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { suggest } from "../util/suggest.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { openFilters } from "./list_filters.ts";
import { print } from "./setup.ts";

/** Prints a jail for a filter. */
export const GEN_CONFIG: Command = {
  name: "gen-config",
  summary: "Print a jail for a filter, with the log that this machine has",
  details:
    "The log is the first of the service's usual ones that is there, else the journal. Nothing is written.",
  arguments: [{ form: "<filter>", summary: "as list-filters has it" }],
  options: [{
    form: "-m, --mode <mode>",
    summary: "one of the filter's modes",
  }],
  examples: [
    { line: "fail2deno gen-config postfix", summary: "a jail for Postfix" },
    {
      line:
        "fail2deno gen-config sshd --mode aggressive > /etc/fail2deno/config.d/sshd.toml",
      summary: "one for sshd, kept",
    },
  ],
  json: "`{ filter, mode, toml }`",
  run: (invocation) => Promise.resolve(genConfig(invocation)),
};

function genConfig(invocation: Invocation): ExitCode {
  const { mode = "normal" } = invocation.options;
  const filter = findFilter(invocation);
  if (patternsOf(filter, String(mode)) === undefined) {
    throw new UsageError(
      `Cannot use mode "${
        escapeText(String(mode), 40)
      }" of filter "${filter.name}": it is not known, expected ${
        ["normal", ...filter.modes.keys()].join(", ")
      }`,
    );
  }
  const toml = jailText(filter, { mode: String(mode), files: MACHINE_FILES });
  print(invocation, { filter: filter.name, mode, toml }, () => toml);
  return EXIT.ok;
}

function findFilter(invocation: Invocation): FilterFile {
  const library = openFilters(invocation);
  const [name = ""] = invocation.words;
  const filter = library.find(name);
  if (filter !== undefined) return filter;
  const nearest = suggest(name, library.names());
  throw new UsageError(
    `Cannot find filter "${escapeText(name, 40)}": there is no such filter, ${
      nearest === undefined
        ? "expected one that list-filters has"
        : `did you mean "${nearest}"?`
    }`,
  );
}
