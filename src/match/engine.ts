/**
 * The engines that execute patterns, behind one interface.
 *
 * @module
 */

import { RE2JS } from "re2js";
import { isLinearFallbackLive } from "./canary.ts";
import { FilterError } from "./filter_error.ts";
import { translatePattern, type Translation } from "./translate.ts";

/**
 * linear: V8, which falls back to linear time. re2: RE2, linear always, about 15 times slower.
 * backtracking: V8 without a bound on its time, for what neither knows (look-ahead, back-references).
 */
export type EngineKind = "linear" | "re2" | "backtracking";

/** Where and what a pattern hit. */
export interface EngineMatch {
  /** First character of the hit. */
  readonly start: number;
  /** Behind the last one. */
  readonly end: number;
  /** Behind the part that caught the host; -1 where that is not known. */
  readonly hostEnd: number;
  /** Whether the pattern itself goes on with a dot and digits behind the host. */
  readonly hasDottedPort: boolean;
  /** Texts of the named groups; a group that took no part is undefined. */
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** One pattern, ready to run. */
export interface Engine {
  readonly kind: EngineKind;
  /** JavaScript's source of the pattern; from it literals are taken. */
  readonly source: string;
  /** Names of the pattern's groups. */
  readonly groups: readonly string[];
  /** @returns the leftmost hit, or null */
  exec(text: string): EngineMatch | null;
}

const NO_GROUPS: Readonly<Record<string, undefined>> = {};

/**
 * Chooses the fastest engine whose time is bounded, else `backtracking`.
 *
 * @param kind forces one, for tests and benches
 * @throws {FilterError} when the pattern does not compile, or the forced engine cannot run it
 */
export function createEngine(pattern: string, kind?: EngineKind): Engine {
  switch (kind) {
    case undefined:
      return (isLinearFallbackLive() ? createLinear(pattern) : undefined) ??
        createRe2(pattern) ?? createBacktracking(pattern);
    case "linear":
      return createLinear(pattern) ?? refuse(pattern, kind);
    case "re2":
      return createRe2(pattern) ?? refuse(pattern, kind);
    case "backtracking":
      return createBacktracking(pattern);
  }
}

function refuse(pattern: string, kind: EngineKind): never {
  throw new FilterError(pattern, 0, `engine ${kind} cannot run it`);
}

function createLinear(pattern: string): Engine | undefined {
  const translation = translatePattern(pattern);
  if (!isLinear(translation.source)) return undefined;
  return createV8(pattern, "linear", translation);
}

function createBacktracking(pattern: string): Engine {
  return createV8(pattern, "backtracking", translatePattern(pattern));
}

/** The flag `l` only classifies: it always takes the linear engine, which is slower where nothing goes wrong. */
function isLinear(source: string): boolean {
  try {
    new RegExp(source, "l");
    return true;
  } catch {
    return false;
  }
}

function createV8(
  pattern: string,
  kind: EngineKind,
  { source, groups, tailGroup, hasDottedPort }: Translation,
): Engine {
  const expression = compileV8(pattern, source);
  return {
    kind,
    source,
    groups,
    exec(text) {
      const hit = expression.exec(text);
      if (hit === null) return null;
      const { index, groups: texts = NO_GROUPS } = hit;
      const end = index + hit[0].length;
      const tail = tailGroup === 0 ? undefined : hit[tailGroup];
      const hostEnd = tail === undefined ? -1 : end - tail.length;
      return { start: index, end, hostEnd, hasDottedPort, groups: texts };
    },
  };
}

function compileV8(pattern: string, source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw new FilterError(pattern, 0, describe(error));
  }
}

function createRe2(pattern: string): Engine | undefined {
  const { source } = translatePattern(pattern);
  const own = translatePattern(pattern, "re2");
  const expression = own.hasReference ? undefined : compileRe2(own.source);
  if (expression === undefined) return undefined;
  const { groups, tailGroup, hasDottedPort } = own;
  return {
    kind: "re2",
    source,
    groups,
    exec(text) {
      const matcher = expression.matcher(text);
      if (!matcher.find()) return null;
      const texts: Record<string, string | undefined> = {};
      for (const name of groups) texts[name] = matcher.group(name) ?? undefined;
      const start = matcher.start();
      const end = matcher.end();
      const hostEnd = tailGroup === 0 ? -1 : matcher.start(tailGroup);
      return { start, end, hostEnd, hasDottedPort, groups: texts };
    },
  };
}

function compileRe2(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source));
  } catch {
    return undefined;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
