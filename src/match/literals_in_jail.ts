/**
 * By which literals the lines of a pattern are found, in a jail of fail2ban's.
 *
 * @module
 */

import { pickBetter } from "./literal_sets.ts";
import type { DeclineReason, RequiredLiterals } from "./literals.ts";
import type { MatchJail } from "./types.ts";

/**
 * Why a pattern meets every line there.
 *
 * - `several lines`: a match may span lines, and a line without a literal may be a part of it
 * - `date pattern`: dates may stand in the middle of a word, and be cut out of a literal
 */
export type JailDeclineReason =
  | DeclineReason
  | "several lines"
  | "date pattern";

/** What a line must hold for a pattern of the jail. */
export type JailLiterals =
  | Extract<RequiredLiterals, { literals: unknown }>
  | { readonly declined: JailDeclineReason };

/**
 * Judges the literals of a fail pattern in its jail.
 *
 * What a fail pattern sees is a part of what the prefix pattern saw, so the literals of either will do.
 *
 * @param prefix literals of the prefix pattern, where there is one
 */
export function literalsInJail(
  own: RequiredLiterals,
  { maxLines = 1, datePattern }: Pick<MatchJail, "maxLines" | "datePattern">,
  prefix: RequiredLiterals | undefined,
): JailLiterals {
  if (maxLines > 1) return { declined: "several lines" };
  if (!cutsWholeWords(datePattern)) return { declined: "date pattern" };
  if (prefix === undefined || "declined" in prefix) return own;
  if ("declined" in own) return prefix;
  const better = pickBetter(own.literals, prefix.literals);
  return { literals: better ?? own.literals };
}

/**
 * Whether a date pattern leaves no word of a line in two: literals of patterns are split for dates that begin and end with a
 * word character and stand apart. Where a pattern of the user's own may do otherwise, every line is looked at.
 */
function cutsWholeWords(datePattern: string | undefined): boolean {
  if (datePattern === undefined) return true;
  return datePattern.split("\n").every((line) =>
    /^\{(?:\^LN-BEG|DEFAULT|NONE)\}$/.test(line) ||
    /^\^?%(?![kl])[A-Za-z](?:[^({|]|\(\?:)*%(?:Ex)?[A-Za-z]$/.test(line) &&
      !line.includes("**")
  );
}
