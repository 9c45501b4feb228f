/**
 * Whether our own configuration takes what the import wrote.
 *
 * @module
 */

import type { PatternCheck } from "../src/config/check_patterns.ts";
import { loadConfig } from "../src/config/load.ts";
import { ConfigError } from "../src/config/problems.ts";
import type { OutcomeNote } from "./outcome.ts";

/** Characters of a message that are told at its beginning and its end; patterns are long. */
const SHOWN = 100;

/** A folder that is nowhere. */
const FOLDER = "/import";

/**
 * Loads a configuration with one jail.
 *
 * @param filters texts by name
 * @returns what is wrong with it; empty when all is well
 */
export function checkJail(
  config: string,
  filters: ReadonlyMap<string, string>,
  checkPattern?: PatternCheck,
): readonly OutcomeNote[] {
  const texts = new Map([
    [`${FOLDER}/config.toml`, config],
    ...[...filters].map(([name, text]) =>
      [`${FOLDER}/filters.d/${name}.toml`, text] as const
    ),
  ]);
  try {
    loadConfig({
      file: `${FOLDER}/config.toml`,
      filtersFolders: [`${FOLDER}/filters.d`],
      readText: (path) => texts.get(path) ?? "",
      listFolder: () => [],
      exists: (path) => texts.has(path),
      strict: true,
      ...(checkPattern === undefined ? {} : { checkPattern }),
    });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [summarize(error.problems.map(({ message }) => message))];
  }
}

function summarize(messages: readonly string[]): OutcomeNote {
  const [first = "", ...others] = new Set(messages);
  const short = first.length > 2 * SHOWN
    ? `${first.slice(0, SHOWN)}…${first.slice(-SHOWN)}`
    : first;
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  return {
    what: `It cannot be used yet: ${short}${more}`,
    advice: "repair it, set enabled = true, and run fail2deno check",
    details: messages,
    isLoss: true,
  };
}
