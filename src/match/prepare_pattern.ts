/**
 * A pattern, read and compiled for the fastest engine that is exact and whose time is bounded.
 *
 * A configuration's patterns are checked first, and then bound to each jail and log, so what was prepared is remembered until
 * `forgetPatterns()`.
 *
 * @module
 */

import type { RE2JS } from "re2js";
import { isLinearFallbackLive } from "./canary.ts";
import type { EngineKind, EngineMatch } from "./engine_types.ts";
import { isExactInJavaScript, isExactInRe2 } from "./exactness.ts";
import { FilterError } from "./filter_error.ts";
import type { ParsedPattern, SyntaxOptions } from "./parsed_pattern.ts";
import { parsePattern } from "./parse_pattern.ts";
import { firstHost } from "./tags.ts";
import { printPattern } from "./translate.ts";
import { compileV8 } from "./v8_engine.ts";

/** What runs a pattern for texts in which Python's Unicode rules make no difference. */
export interface Runner {
  readonly kind: EngineKind;
  exec(text: string): EngineMatch | null;
}

/** A pattern that was read; it holds no state, so all jails may share it. */
export interface PreparedPattern {
  readonly parsed: ParsedPattern;
  /** Absent where only our own engine can run it. */
  readonly runner: Runner | undefined;
}

/** A configuration has hundreds. */
const MOST_REMEMBERED = 4096;

const remembered = new Map<string, PreparedPattern>();

/** Absent while nobody needs it: loaded it takes 2 MB. */
let Re2: typeof RE2JS | undefined;

if (!isLinearFallbackLive()) await loadRe2();

/**
 * Reads a pattern and compiles it.
 *
 * @param kind forces an engine, for tests and benches
 * @throws {FilterError} when the pattern does not compile, or the forced engine cannot run it
 */
export function preparePattern(
  pattern: string,
  kind: EngineKind | undefined,
  options: SyntaxOptions,
): PreparedPattern {
  const { hosts = "whole", multiLine = false, ignoreCase = false } = options;
  const key = `${kind} ${hosts} ${multiLine} ${ignoreCase} ${pattern}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const parsed = parsePattern(pattern, options);
  const runner = findRunner(parsed, options, kind);
  if (runner === undefined && kind !== undefined && kind !== "bounded") {
    throw new FilterError(pattern, 0, `engine ${kind} cannot run it`);
  }
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const prepared = { parsed, runner };
  remembered.set(key, prepared);
  return prepared;
}

/** Those that are in use stay with who uses them. */
export function forgetPatterns(): void {
  remembered.clear();
}

/** Makes the engine `re2` available; done already where V8 lacks its linear fallback. */
export async function loadRe2(): Promise<void> {
  Re2 ??= (await import("re2js")).RE2JS;
}

/** Ours is four times faster than RE2, and has Python's rules; RE2 stands in for V8 alone. */
function findRunner(
  parsed: ParsedPattern,
  options: SyntaxOptions,
  kind: EngineKind = isLinearFallbackLive() ? "linear" : "re2",
): Runner | undefined {
  switch (kind) {
    case "bounded":
      return undefined;
    case "re2":
      return createRe2(parsed, options);
    default:
      return isExactInJavaScript(parsed.root)
        ? createV8(parsed, kind)
        : undefined;
  }
}

function createV8(parsed: ParsedPattern, kind: EngineKind): Runner | undefined {
  for (const isNested of [false, true]) {
    const printed = printPattern(parsed, { isNested, isNumbered: true });
    if (kind === "backtracking" || isLinear(printed.source)) {
      return { kind, exec: compileV8(parsed, printed) };
    }
  }
  return undefined;
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

function createRe2(
  parsed: ParsedPattern,
  options: SyntaxOptions,
): Runner | undefined {
  if (!isExactInRe2(parsed.root)) return undefined;
  const own = printPattern(
    parsePattern(parsed.pattern, options, "re2"),
    { dialect: "re2" },
  );
  const expression = compileRe2(own.source);
  if (expression === undefined) return undefined;
  const { groups, tailGroup, hasDottedPort, newlineGroups } = own;
  return {
    kind: "re2",
    exec(text) {
      const matcher = expression.matcher(text);
      if (!matcher.find()) return null;
      const texts = new Map(
        groups.map((name) => [name, matcher.group(name) ?? undefined]),
      );
      const start = matcher.start();
      let end = matcher.end();
      for (const group of newlineGroups) if (matcher.start(group) >= 0) end--;
      const hostEnd = tailGroup === 0 ? -1 : matcher.start(tailGroup);
      return {
        start,
        end,
        hostEnd,
        hasDottedPort,
        host: firstHost((name) => texts.get(name)),
        group: (name) => texts.get(name),
        groupAt: (index) => texts.get(parsed.groups[index] ?? ""),
      };
    },
  };
}

function compileRe2(source: string): RE2JS | undefined {
  try {
    return Re2?.compile(Re2.translateRegExp(source));
  } catch {
    return undefined;
  }
}
