/**
 * The engines that execute patterns, behind one interface.
 *
 * @module
 */

import type { RE2JS } from "re2js";
import { createBounded } from "./bounded_engine.ts";
import { isLinearFallbackLive } from "./canary.ts";
import {
  hasPythonText,
  isExactInJavaScript,
  isExactInRe2,
} from "./exactness.ts";
import type * as types from "./engine_types.ts";
import { FilterError } from "./filter_error.ts";
import type { ParsedPattern, SyntaxOptions } from "./parsed_pattern.ts";
import { parsePattern } from "./parse_pattern.ts";
import { isAscii } from "./plain_text.ts";
import { firstHost } from "./tags.ts";
import { printPattern } from "./translate.ts";
import { compileV8 } from "./v8_engine.ts";

/** One pattern, ready to run. */
export type Engine = types.Engine;

/** Which engine executes a pattern. */
export type EngineKind = types.EngineKind;

/** Where and what a pattern hit. */
export type EngineMatch = types.EngineMatch;

/** Absent while nobody needs it: loaded it takes 2 MB. */
let Re2: typeof RE2JS | undefined;

if (!isLinearFallbackLive()) await loadRe2();

/**
 * Chooses the fastest engine that is exact and whose time is bounded.
 *
 * @param kind forces one, for tests and benches
 * @throws {FilterError} when the pattern does not compile, or the forced engine cannot run it
 */
export function createEngine(
  pattern: string,
  kind?: EngineKind,
  options: SyntaxOptions = {},
): Engine {
  const parsed = parsePattern(pattern, options);
  const engine = kind === undefined
    ? choose(parsed, options)
    : create(parsed, kind, options);
  if (engine !== undefined) return engine;
  throw new FilterError(pattern, 0, `engine ${kind} cannot run it`);
}

/** Makes the engine `re2` available; done already where V8 lacks its linear fallback. */
export async function loadRe2(): Promise<void> {
  Re2 ??= (await import("re2js")).RE2JS;
}

/** Ours is four times faster than RE2, and has Python's rules; RE2 stands in for V8 alone. */
function choose(parsed: ParsedPattern, options: SyntaxOptions): Engine {
  const kind = isLinearFallbackLive() ? "linear" : "re2";
  return create(parsed, kind, options) ?? createOwn(parsed);
}

function create(
  parsed: ParsedPattern,
  kind: EngineKind,
  options: SyntaxOptions,
): Engine | undefined {
  switch (kind) {
    case "bounded":
      return createOwn(parsed);
    case "re2":
      return createRe2(parsed, options);
    default: {
      if (!isExactInJavaScript(parsed.root)) return undefined;
      const isNested = [false, true].find((isNested) =>
        kind === "backtracking" ||
        isLinear(printPattern(parsed, { isNested }).source)
      );
      return isNested === undefined
        ? undefined
        : guardText(parsed, { kind, ...compileV8(parsed, isNested) });
    }
  }
}

function createOwn(parsed: ParsedPattern): Engine {
  return createBounded(parsed, printPattern(parsed).source);
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

/** What runs a pattern for texts in which Python's Unicode rules make no difference. */
interface Runner {
  readonly kind: EngineKind;
  readonly source: string;
  exec(text: string): EngineMatch | null;
}

/**
 * In a longer text our own engine is the safer one: where a pattern is ambiguous, V8 goes over to linear time, but takes up
 * to 8 µs a character for it (31 ms for 4 KB, the prefix of a system log), ours 0.5 µs. Most lines are shorter.
 */
export const LONGEST_FOR_OTHERS = 128;

/** Leaves long texts to our own engine, and those beyond ASCII where the pattern has `\\w`, `\\d`, `\\b` and the like. */
function guardText(parsed: ParsedPattern, runner: Runner): Engine {
  const { kind, source } = runner;
  const isAsciiOnly = hasPythonText(parsed.root);
  let own: Engine | undefined;
  return {
    kind,
    source,
    groups: parsed.groups,
    get overruns() {
      return own?.overruns ?? 0;
    },
    exec(text) {
      const isForOthers = text.length <= LONGEST_FOR_OTHERS &&
        (!isAsciiOnly || isAscii(text));
      if (isForOthers) return runner.exec(text);
      own ??= createBounded(parsed, source);
      return own.exec(text);
    },
  };
}

function createRe2(
  parsed: ParsedPattern,
  options: SyntaxOptions,
): Engine | undefined {
  if (!isExactInRe2(parsed.root)) return undefined;
  const own = printPattern(
    parsePattern(parsed.pattern, options, "re2"),
    { dialect: "re2" },
  );
  const expression = compileRe2(own.source);
  if (expression === undefined) return undefined;
  const { groups, tailGroup, hasDottedPort, newlineGroups } = own;
  return guardText(parsed, {
    kind: "re2",
    source: printPattern(parsed).source,
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
  });
}

function compileRe2(source: string): RE2JS | undefined {
  try {
    return Re2?.compile(Re2.translateRegExp(source));
  } catch {
    return undefined;
  }
}
