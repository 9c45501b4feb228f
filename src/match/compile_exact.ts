/**
 * Patterns of jails that have fail2ban's syntax.
 *
 * @module
 */

import { type CompiledPattern, compilePattern } from "./compile.ts";
import type { EngineKind } from "./engine_types.ts";
import { expandTags } from "./fail2ban_tags.ts";
import { createHeadEngine } from "./head_engine.ts";
import type { MatchJail } from "./types.ts";

/** The part of a jail by which its patterns are compiled. */
export type ExactKeys = Pick<MatchJail, "maxLines" | "useDns">;

/**
 * Compiles a prefix pattern, so that it leaves the rest of a line alone where it can.
 *
 * @throws {FilterError} when it cannot be used
 */
export function compilePrefix(
  pattern: string,
  jail: ExactKeys,
  kind?: EngineKind,
): CompiledPattern {
  const compiled = compileExact(pattern, jail, kind);
  if ((jail.maxLines ?? 1) > 1) return compiled;
  const { engine: whole } = compiled;
  const { useDns } = jail;
  return {
    ...compiled,
    engine: createHeadEngine(pattern, { whole, useDns, kind }),
  };
}

/**
 * Compiles a pattern as fail2ban would; whether the jail's patterns say whose a failure is, is not judged here.
 *
 * @throws {FilterError} when it cannot be used
 */
export function compileExact(
  pattern: string,
  { maxLines = 1, useDns }: ExactKeys,
  engine?: EngineKind,
): CompiledPattern {
  const expanded = expandTags(pattern, useDns);
  const multiLine = maxLines > 1;
  const options = { role: "ignore", engine, multiLine } as const;
  return { ...compilePattern(expanded, options), pattern };
}
