/**
 * What has to hold of a line's JSON for a failure.
 *
 * @module
 */

import type { JsonCondition } from "../../config/types.ts";
import { compilePattern } from "../compile.ts";
import type { Engine, EngineKind } from "../engine_types.ts";
import type { RequiredLiterals } from "../literals.ts";
import { valueAt } from "./value_at.ts";

/** A condition, ready to be asked. */
export interface CompiledCondition {
  readonly condition: JsonCondition;
  /** Of a pattern. */
  readonly engine: Engine | undefined;
  /** What a text holds in which the pattern is found. */
  readonly literals: RequiredLiterals | undefined;
  /** @returns whether it holds of the object */
  readonly holds: (root: unknown) => boolean;
}

/**
 * Compiles a condition. A value equals one of the same kind alone: the text "401" is not the number 401.
 *
 * @param kind forces an engine; default: the fastest whose time is bounded
 * @throws {FilterError} when its pattern cannot be used
 */
export function compileCondition(
  condition: JsonCondition,
  kind?: EngineKind,
): CompiledCondition {
  const { path } = condition;
  if ("oneOf" in condition) {
    const wanted = new Set<unknown>(condition.oneOf);
    const holds = (root: unknown) => wanted.has(valueAt(root, path));
    return { condition, engine: undefined, literals: undefined, holds };
  }
  const { engine, literals } = compilePattern(condition.pattern, {
    role: "ignore",
    engine: kind,
  });
  const holds = (root: unknown) => {
    const value = valueAt(root, path);
    return typeof value === "string" && engine.exec(value) !== null;
  };
  return { condition, engine, literals, holds };
}

/** @returns the condition as a configuration would have it: `status = [401,403]` */
export function printCondition(condition: JsonCondition): string {
  const { name } = condition;
  if ("pattern" in condition) {
    return `${name} = { regex = ${JSON.stringify(condition.pattern)} }`;
  }
  const { oneOf } = condition;
  const value = oneOf.length === 1 ? oneOf[0] : oneOf;
  return `${name} = ${JSON.stringify(value)}`;
}
