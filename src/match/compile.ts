/**
 * A filter's pattern, ready to run: engine, literals, and what is wrong with it.
 *
 * @module
 */

import type { Engine, EngineKind } from "./engine_types.ts";
import { engineOf } from "./engine.ts";
import { FilterError } from "./filter_error.ts";
import { analyzeLiterals, type RequiredLiterals } from "./literals.ts";
import type { ParsedPattern, SyntaxOptions } from "./parsed_pattern.ts";
import type { PatternNode } from "./pattern_tree.ts";
import { preparePattern } from "./prepare_pattern.ts";
import { HOST_GROUPS } from "./tags.ts";

/** What a pattern is for: a failure needs a host, or the key of a session by which another line gives it. */
export type PatternRole = "fail" | "ignore";

/** A pattern, ready to run. */
export interface CompiledPattern {
  /** As it was written. */
  readonly pattern: string;
  readonly engine: Engine;
  /** What it is made of. */
  readonly root: PatternNode;
  /** What is searched where a line's bytes are at hand. */
  readonly bytes: ByteSource;
  readonly literals: RequiredLiterals;
  /** Texts that every match holds besides. */
  readonly certain: readonly string[];
  /** Text that what it is run on begins with in each match; may be empty. */
  readonly opening: string;
}

/** A pattern, as bytes are searched for it. */
export interface ByteSource {
  readonly parsed: ParsedPattern;
  /** Whether it is but the head of a prefix pattern, which leaves all behind its hit to the others. */
  readonly isHead: boolean;
}

/** How to compile. */
export interface CompileOptions extends SyntaxOptions {
  /** Default `fail`. */
  readonly role?: PatternRole;
  /** Forces an engine; default: the fastest whose time is bounded. */
  readonly engine?: EngineKind | undefined;
}

/**
 * Compiles a pattern in Python's syntax with a filter's tags.
 *
 * @throws {FilterError} when it does not compile, defines a group twice, or is for failures and catches no host
 */
export function compilePattern(
  pattern: string,
  options: CompileOptions = {},
): CompiledPattern {
  const { role = "fail" } = options;
  const prepared = preparePattern(pattern, options.engine, options);
  requireHost(prepared.parsed, role);
  const engine = engineOf(prepared);
  const { parsed } = prepared;
  const { root } = parsed;
  const bytes = { parsed, isHead: false };
  const { required: literals, ...more } = analyzeLiterals(root);
  return { pattern, engine, root, bytes, literals, ...more };
}

/** @throws {FilterError} when the pattern is for failures and catches no host */
export function requireHost(
  { pattern, groups }: ParsedPattern,
  role: PatternRole,
): void {
  const hasHost = groups.includes("mlfid") ||
    HOST_GROUPS.some((name) => groups.includes(name));
  if (hasHost || role !== "fail") return;
  throw new FilterError(
    pattern,
    0,
    "no group catches the host, expected <HOST>",
  );
}
