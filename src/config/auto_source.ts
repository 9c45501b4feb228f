/**
 * Jails with `log_path = "auto"`: what they read is chosen when the configuration is loaded.
 *
 * @module
 */

import {
  chooseSource,
  type SourceLook,
  type UsualSource,
} from "./choose_source.ts";
import { AUTO_PATH } from "./jail_values.ts";
import type { JailInput } from "./jail_schema.ts";
import { JOURNAL_PLACES } from "./journal_schema.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem, JailConfig } from "./types.ts";

/** What of a jail is chosen. */
export type ChosenSource = Pick<
  JailConfig,
  "logPaths" | "logBackend" | "journalMatch" | "auto"
>;

/** @returns whether a jail asks for it */
export function isAuto({ log_path: paths }: Pick<JailInput, "log_path">) {
  return paths?.[0] === AUTO_PATH;
}

/**
 * Checks that it can be chosen.
 *
 * @param usual what the filter says; absent: nothing
 * @param table the jail's own keys over those of `[defaults]`
 */
export function checkAuto(
  name: string,
  { input, table, usual }: {
    readonly input: JailInput;
    readonly table: TableNode;
    readonly usual: UsualSource | undefined;
  },
): ConfigProblem[] {
  const { logPaths, journalMatch } = toUsual(input, usual);
  const head = `Cannot choose a log for jail "${name}"`;
  const at = (key: string, state: string) =>
    problemAt(findPlace(table, [key]), `${head}: ${state}`);
  const places = JOURNAL_PLACES.filter((key) => input[key] !== undefined).map(
    (key) =>
      at(
        key,
        `${key} is set as well, expected log_backend = "systemd" for that`,
      ),
  );
  if (logPaths.length > 0 || journalMatch.length > 0) return places;
  return [
    ...places,
    at(
      "log_path",
      "its filter names no usual log, expected log_path with an absolute path",
    ),
  ];
}

/** @param look absent: nothing is looked at, and all usual logs are taken */
export function resolveAuto(
  input: JailInput,
  { usual, look }: {
    readonly usual: UsualSource | undefined;
    readonly look: SourceLook | undefined;
  },
): ChosenSource {
  const source = toUsual(input, usual);
  const { logPaths, ...why } = look === undefined
    ? { logPaths: source.logPaths, reason: "nothing was looked at" }
    : chooseSource(source, look);
  return {
    logPaths,
    logBackend: logPaths.length === 0 ? "systemd" : "file",
    journalMatch: source.journalMatch,
    auto: { ...source, ...why },
  };
}

/** What the jail says of the journal goes before what its filter says. */
function toUsual(
  { journalmatch }: JailInput,
  usual: UsualSource = { logPaths: [], journalMatch: [] },
): UsualSource {
  return journalmatch.length === 0
    ? usual
    : { ...usual, journalMatch: journalmatch };
}
