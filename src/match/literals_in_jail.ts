/**
 * By which literals the lines of a pattern are found, in a jail of fail2ban's.
 *
 * @module
 */

import { needsExactDates } from "../config/needs_exact_jail.ts";
import type { CompiledPattern } from "./compile.ts";
import { pickBetter } from "./literal_sets.ts";
import {
  type DeclineReason,
  extractLiterals,
  type RequiredLiterals,
} from "./literals.ts";
import type { MatchJail } from "./types.ts";

/** What a line must hold for a pattern of a jail; `several lines`: a line without a literal may be a part of a match. */
export type JailLiterals =
  | Extract<RequiredLiterals, { literals: unknown }>
  | { readonly declined: DeclineReason | "several lines" };

/**
 * Judges the literals of a fail pattern in its jail.
 *
 * What a fail pattern sees is a part of what the prefix pattern saw, so the literals of either will do.
 *
 * @param prefix the prefix pattern, where there is one
 */
export function literalsInJail(
  own: CompiledPattern,
  jail: Pick<MatchJail, "maxLines" | "syntax" | "datePattern">,
  prefix: CompiledPattern | undefined,
): JailLiterals {
  if ((jail.maxLines ?? 1) > 1) return { declined: "several lines" };
  const literalsOf = ({ literals, root }: CompiledPattern) =>
    !needsExactDates(jail) || cutsWholeWords(jail.datePattern)
      ? literals
      : extractLiterals(root, "anywhere");
  return better(literalsOf(own), prefix && literalsOf(prefix));
}

function better(
  own: RequiredLiterals,
  other: RequiredLiterals | undefined,
): RequiredLiterals {
  if (other === undefined || "declined" in other) return own;
  if ("declined" in own) return other;
  return { literals: pickBetter(own.literals, other.literals) ?? own.literals };
}

/**
 * Whether dates are cut out between characters that are no word characters alone: those of the date pattern begin and end
 * with a word character, and stand apart, or behind at most two others at the line's beginning. The default pattern also
 * takes `@400000004b2f0c5f…` and `+01:00 Nov 20 19:08:03`, which may stand right behind a letter.
 */
function cutsWholeWords(datePattern = "{DEFAULT}"): boolean {
  return datePattern.split("\n").every((line) =>
    /^\{(?:\^LN-BEG|NONE)\}$/.test(line) ||
    /^\^?%(?![klz])[A-Za-z](?:[^({|]|\(\?:)*%(?:Ex)?[A-Za-z]$/.test(line) &&
      !line.includes("**")
  );
}
