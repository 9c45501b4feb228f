/**
 * `%(key)s` in values, as Python's BasicInterpolation puts it in.
 *
 * @module
 */

import type { Place } from "./ini_file.ts";
import { TreeError } from "./tree_error.ts";

/** As deep as Python goes. */
const MAX_DEPTH = 10;

/** References that one value may hold in all; a few lines can ask for billions. */
const MAX_STEPS = 20_000;

/** Longest value, in UTF-16 units. */
export const MAX_VALUE_LENGTH = 1_048_576;

/** Where a value stands and what its references mean. */
export interface InterpolationScope {
  readonly section: string;
  readonly option: string;
  readonly place: Place | undefined;
  /** @param name as it is written @returns the raw value */
  readonly find: (name: string) => string | undefined;
}

/**
 * Puts in what a value refers to.
 *
 * @throws {TreeError} at a `%` that is no reference, an unknown key, or beyond ten levels
 */
export function interpolate(raw: string, scope: InterpolationScope): string {
  const parts: string[] = [];
  const budget = { steps: MAX_STEPS, length: MAX_VALUE_LENGTH };
  expand(raw, 1);
  return parts.join("");

  function expand(text: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      throw fail(scope, `its references go deeper than ${MAX_DEPTH} levels`);
    }
    let from = 0;
    for (;;) {
      const at = text.indexOf("%", from);
      push(at < 0 ? text.slice(from) : text.slice(from, at));
      if (at < 0) return;
      if (text[at + 1] === "%") {
        push("%");
        from = at + 2;
        continue;
      }
      const reference = readReference(text, at);
      from = at + reference.length;
      const value = resolve(reference.name);
      if (value.includes("%")) expand(value, depth + 1);
      else push(value);
    }
  }

  function readReference(text: string, at: number) {
    const match = /^%\(([^)]+)\)s/.exec(text.slice(at, at + 1000));
    if (match === null) {
      throw fail(
        scope,
        `"${shorten(text.slice(at))}" is no reference`,
        "%(key)s, or %% for a percent sign",
      );
    }
    return { name: match[1] ?? "", length: match[0].length };
  }

  function resolve(name: string): string {
    budget.steps -= 1;
    if (budget.steps < 0) throw fail(scope, "it has too many references");
    const value = scope.find(name);
    if (value === undefined) {
      throw fail(scope, `"%(${shorten(name)})s" is not defined`, "a known key");
    }
    return value;
  }

  function push(text: string): void {
    budget.length -= text.length;
    if (budget.length < 0) {
      throw fail(scope, `it grows beyond ${MAX_VALUE_LENGTH} characters`);
    }
    parts.push(text);
  }
}

function fail(
  { section, option, place }: InterpolationScope,
  state: string,
  wanted = "a value that can be resolved",
): TreeError {
  return new TreeError(
    `Cannot resolve "${option}" in [${section}]: ${state}, expected ${wanted}`,
    { place, consequence: "does not start with it" },
  );
}

function shorten(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
