/**
 * How this machine is looked at for `log_path = "auto"`.
 *
 * @module
 */

import { expandGlob } from "../util/expand_glob.ts";
import { readProgramSync } from "../util/read_program.ts";
import type { SourceLook } from "./choose_source.ts";
import {
  JOURNALCTL,
  parseJournalMatch,
  toMatchArguments,
} from "./journal_match.ts";
import { MACHINE_FILES } from "./read_text.ts";

/** Where journald writes. */
const JOURNALS = [
  "/run/log/journal/*/system.journal",
  "/var/log/journal/*/system.journal",
];

/** This machine. */
export const MACHINE_LOOK: SourceLook = {
  expand,
  writtenSeconds(path) {
    try {
      const { isFile, size, mtime } = Deno.statSync(path);
      return isFile && size > 0 && mtime !== null
        ? mtime.getTime() / 1000
        : undefined;
    } catch {
      // Gone since, or not to be read: then it is not what is looked for.
      return undefined;
    }
  },
  lastEntrySeconds(journalMatch) {
    if (JOURNALS.flatMap(expand).length === 0) return undefined;
    try {
      const { isOk, prints } = readProgramSync(JOURNALCTL, [
        ...["--quiet", "--no-pager", "--lines=1", "--output=short-unix"],
        ...toMatchArguments([parseJournalMatch(journalMatch)]),
      ]);
      return isOk || prints === "" ? Number.parseFloat(prints) : undefined;
    } catch {
      // There is no journalctl, or it may not be run.
      return undefined;
    }
  },
  nowSeconds: () => Date.now() / 1000,
};

function expand(pattern: string): readonly string[] {
  return expandGlob(pattern, MACHINE_FILES);
}
