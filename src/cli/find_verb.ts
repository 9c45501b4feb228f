/**
 * Commands of two words: `db check`, `action new`.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { ExitCode } from "../util/exit_codes.ts";
import { suggest } from "../util/suggest.ts";
import { type Invocation, UsageError } from "./command.ts";

/** Does what the second word says. */
export type Verb = (invocation: Invocation) => ExitCode | Promise<ExitCode>;

/** By the second word; each is loaded when it is wanted. */
export type Verbs = Readonly<Record<string, () => Promise<Verb>>>;

/** @throws {UsageError} that names the one that was meant, or all */
export function findVerb(
  { command, verbs }: { readonly command: string; readonly verbs: Verbs },
  word: string,
): () => Promise<Verb> {
  const load = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (load !== undefined) return load;
  const names = Object.keys(verbs);
  const close = suggest(word, names);
  const hint = close === undefined
    ? `expected one of ${names.join(", ")}`
    : `did you mean "${close}"?`;
  throw new UsageError(
    `Cannot run ${command} "${escapeText(word, 40)}": it is not known, ${hint}`,
  );
}
