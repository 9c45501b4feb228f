/**
 * How patterns will run, for `check --explain`.
 *
 * @module
 */

import type { Config } from "../config/types.ts";
import type { InspectedPattern } from "../match/inspect_jail.ts";
import type { Literal } from "../match/prefilter/literal.ts";
import { formatPairs } from "./table.ts";

/** How a pattern will run. */
export interface ExplainedPattern extends Omit<InspectedPattern, "literals"> {
  readonly jail: string;
  /** One of them is in every line that it matches; empty: every line is tried. */
  readonly literals: readonly Literal[];
  /** Why there is no literal. */
  readonly declined?: string;
}

/** @returns how each pattern of each jail will run */
export async function explainPatterns(
  config: Config,
): Promise<ExplainedPattern[]> {
  const { inspectJail } = await import("../match/inspect_jail.ts");
  return config.jails.flatMap((jail) =>
    inspectJail(jail).map(({ literals, ...rest }) => ({
      jail: jail.name,
      ...rest,
      literals: [],
      ...literals,
    }))
  );
}

/** @returns a few lines for each pattern */
export function formatPatterns(patterns: readonly ExplainedPattern[]): string {
  return patterns.map(formatPattern).join("");
}

function formatPattern(pattern: ExplainedPattern): string {
  const literals = pattern.declined === undefined
    ? pattern.literals.map(printLiteral).join(", ")
    : `none, every line is tried: ${pattern.declined}`;
  const rows: [string, string][] = [
    [`Jail ${pattern.jail}`, `${pattern.role} ${pattern.pattern}`],
    ["  engine", pattern.engine],
    ["  bound", pattern.bound],
    ["  literals", literals],
  ];
  if (pattern.lint !== undefined) rows.push(["  lint", pattern.lint]);
  return `${formatPairs(rows)}\n`;
}

function printLiteral({ text, ignoresCase }: Literal): string {
  return `${JSON.stringify(text)}${ignoresCase ? " in any case" : ""}`;
}
