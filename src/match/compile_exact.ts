/**
 * Patterns of jails that have fail2ban's syntax.
 *
 * @module
 */

import { type CompiledPattern, compilePattern } from "./compile.ts";
import type { EngineKind } from "./engine_types.ts";
import { expandTags } from "./fail2ban_tags.ts";
import type { MatchJail } from "./types.ts";

/**
 * Compiles a pattern as fail2ban would; whether the jail's patterns say whose a failure is, is not judged here.
 *
 * @throws {FilterError} when it cannot be used
 */
export function compileExact(
  pattern: string,
  { maxLines = 1, useDns }: Pick<MatchJail, "maxLines" | "useDns">,
  engine?: EngineKind,
): CompiledPattern {
  const expanded = expandTags(pattern, useDns);
  const multiLine = maxLines > 1;
  const options = { role: "ignore", engine, multiLine } as const;
  return { ...compilePattern(expanded, options), pattern };
}
