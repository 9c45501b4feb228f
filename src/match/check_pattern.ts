/**
 * Whether a pattern can be used.
 *
 * @module
 */

import type { ExactSyntax } from "../config/needs_exact_jail.ts";
import { type PatternRole, requireHost } from "./compile.ts";
import { exactSyntaxOf } from "./compile_exact.ts";
import { FilterError } from "./filter_error.ts";
import type { SyntaxOptions } from "./parsed_pattern.ts";
import { preparePattern } from "./prepare_pattern.ts";

/**
 * Says what is wrong with a pattern. A jail's patterns are read as the jail will read them, so that it finds them ready.
 *
 * @param exact how it is written, where it is fail2ban's way
 * @returns the message of the error, or undefined where the pattern can be used
 */
export function checkPattern(
  pattern: string,
  role: PatternRole,
  exact?: ExactSyntax,
): string | undefined {
  if (exact === undefined) return tryPattern(pattern, role, {});
  const { expanded, syntax } = exactSyntaxOf(pattern, exact);
  const trouble = tryPattern(expanded, role, syntax);
  // Where its tags are at fault, the message about the pattern as it was written is the clearer one.
  return trouble && (tryPattern(pattern, role, {}) ?? trouble);
}

function tryPattern(
  pattern: string,
  role: PatternRole,
  syntax: SyntaxOptions,
): string | undefined {
  try {
    requireHost(preparePattern(pattern, undefined, syntax).parsed, role);
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error.message;
    throw error;
  }
}
