/**
 * Keeps secrets out of what is said of a configuration: the line that a problem is shown with may hold one.
 *
 * @module
 */

import type { TableNode } from "./tree.ts";
import type { ConfigProblem } from "./types.ts";

/** @returns the problem without its line */
export function withoutSource(problem: ConfigProblem): ConfigProblem {
  const { source: _, ...rest } = problem;
  return rest;
}

/** What is marked may be shown, and nothing after it: the value of a mistyped key may be a secret, too. */
export function concealRest(problem: ConfigProblem): ConfigProblem {
  const { source = "", column = 1, length = 1 } = problem;
  // Between braces stands one value beside the other.
  if (source.includes("{")) return withoutSource(problem);
  const end = column - 1 + length;
  const closing = /^[\])\s]*/.exec(source.slice(end))?.[0].length ?? 0;
  return { ...problem, source: source.slice(0, end + closing) };
}

/** @param table of a jail, whose `actions` may hold secrets that should stand elsewhere */
export function concealActions(
  problems: readonly ConfigProblem[],
  table: TableNode,
): ConfigProblem[] {
  const list = table.entries.get("actions")?.value;
  const nodes = list?.kind === "list" ? [list, ...list.items] : [];
  const lines = new Set(
    nodes.map(({ place }) => `${place.file}:${place.line}`),
  );
  return problems.map((problem) =>
    lines.has(`${problem.file}:${problem.line}`)
      ? concealRest(problem)
      : problem
  );
}
