/**
 * The engines that execute patterns, behind one interface.
 *
 * @module
 */

import { createBounded } from "./bounded_engine.ts";
import { hasPythonText } from "./exactness.ts";
import type * as types from "./engine_types.ts";
import type { ParsedPattern, SyntaxOptions } from "./parsed_pattern.ts";
import { isAscii } from "./plain_text.ts";
import {
  type PreparedPattern,
  preparePattern,
  type Runner,
} from "./prepare_pattern.ts";

/** One pattern, ready to run. */
export type Engine = types.Engine;

/** Which engine executes a pattern. */
export type EngineKind = types.EngineKind;

/** Where and what a pattern hit. */
export type EngineMatch = types.EngineMatch;

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
  return engineOf(preparePattern(pattern, kind, options));
}

/** Makes an engine that counts for itself. */
export function engineOf({ parsed, runner }: PreparedPattern): Engine {
  return runner === undefined
    ? createBounded(parsed)
    : guardText(parsed, runner);
}

/**
 * In a longer text our own engine is the safer one: where a pattern is ambiguous, V8 goes over to linear time, but takes up
 * to 8 µs a character for it (31 ms for 4 KB, the prefix of a system log), ours 0.5 µs. Most lines are shorter.
 */
export const LONGEST_FOR_OTHERS = 128;

/** Leaves long texts to our own engine, and those beyond ASCII where the pattern has `\\w`, `\\d`, `\\b` and the like. */
function guardText(parsed: ParsedPattern, runner: Runner): Engine {
  const isAsciiOnly = hasPythonText(parsed.root);
  let own: Engine | undefined;
  return {
    kind: runner.kind,
    groups: parsed.groups,
    get overruns() {
      return own?.overruns ?? 0;
    },
    exec(text) {
      const isForOthers = text.length <= LONGEST_FOR_OTHERS &&
        (!isAsciiOnly || isAscii(text));
      if (isForOthers) return runner.exec(text);
      own ??= createBounded(parsed);
      return own.exec(text);
    },
  };
}
