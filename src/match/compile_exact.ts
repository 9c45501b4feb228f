/**
 * Patterns of jails that have fail2ban's syntax.
 *
 * @module
 */

import type { ExactSyntax } from "../config/needs_exact_jail.ts";
import { type CompiledPattern, compilePattern } from "./compile.ts";
import type { EngineKind } from "./engine_types.ts";
import { expandTags } from "./fail2ban_tags.ts";
import { createHeadEngine } from "./head_engine.ts";
import type { SyntaxOptions } from "./parsed_pattern.ts";

/**
 * Compiles a prefix pattern, so that it leaves the rest of a line alone where it can.
 *
 * @throws {FilterError} when it cannot be used
 */
export function compilePrefix(
  pattern: string,
  jail: ExactSyntax,
  kind?: EngineKind,
): CompiledPattern {
  const compiled = compileExact(pattern, jail, kind);
  if ((jail.maxLines ?? 1) > 1) return compiled;
  const { engine: whole } = compiled;
  const { useDns } = jail;
  const found = createHeadEngine(pattern, { whole, useDns, kind });
  if (found === undefined) return compiled;
  const { engine, head } = found;
  return { ...compiled, engine, bytes: { parsed: head, isHead: true } };
}

/**
 * Compiles a pattern as fail2ban would; whether the jail's patterns say whose a failure is, is not judged here.
 *
 * @throws {FilterError} when it cannot be used
 */
export function compileExact(
  pattern: string,
  jail: ExactSyntax,
  engine?: EngineKind,
): CompiledPattern {
  const { expanded, syntax } = exactSyntaxOf(pattern, jail);
  const options = { role: "ignore", engine, ...syntax } as const;
  return { ...compilePattern(expanded, options), pattern };
}

/** @returns the pattern with its tags written out, and how to read that */
export function exactSyntaxOf(
  pattern: string,
  { maxLines = 1, useDns }: ExactSyntax,
): { readonly expanded: string; readonly syntax: SyntaxOptions } {
  return {
    expanded: expandTags(pattern, useDns),
    syntax: { multiLine: maxLines > 1 },
  };
}
