/**
 * How patterns will run, for `check --explain`.
 *
 * @module
 */

import type { Config, JailConfig } from "../config/types.ts";
import type { Literal } from "../match/prefilter/literal.ts";
import { formatPairs } from "./table.ts";

/** How a pattern will run. */
export interface ExplainedPattern {
  readonly jail: string;
  readonly role: "fail" | "ignore";
  readonly pattern: string;
  /** linear and re2 are bounded by their nature. */
  readonly engine: string;
  /** One of them is in every line that it matches; empty: every line is tried. */
  readonly literals: readonly Literal[];
  /** Why there is no literal. */
  readonly declined?: string;
}

/** @returns how each pattern of each jail will run */
export async function explainPatterns(
  config: Config,
): Promise<ExplainedPattern[]> {
  const { inspectPattern } = await import("../match/inspect_pattern.ts");
  const explainOne = (
    jail: JailConfig,
    role: ExplainedPattern["role"],
  ) =>
  (pattern: string): ExplainedPattern => {
    // fail2ban's patterns may have their host in the prefix pattern, or in an earlier line.
    const isFree = jail.syntax === "fail2ban";
    const { engine, literals } = inspectPattern(
      pattern,
      isFree ? "ignore" : role,
    );
    return {
      jail: jail.name,
      role,
      pattern,
      engine,
      ...("declined" in literals ? { literals: [], ...literals } : literals),
    };
  };
  return config.jails.flatMap((jail) => [
    ...jail.failPatterns.map(explainOne(jail, "fail")),
    ...jail.ignorePatterns.map(explainOne(jail, "ignore")),
  ]);
}

/** @returns a few lines for each pattern */
export function formatPatterns(patterns: readonly ExplainedPattern[]): string {
  return patterns.map(formatPattern).join("");
}

function formatPattern(pattern: ExplainedPattern): string {
  const literals = pattern.declined === undefined
    ? pattern.literals.map(printLiteral).join(", ")
    : `none, every line is tried: ${pattern.declined}`;
  const rows = formatPairs([
    [`Jail ${pattern.jail}`, `${pattern.role} ${pattern.pattern}`],
    ["  engine", pattern.engine],
    ["  literals", literals],
  ]);
  return `${rows}\n`;
}

function printLiteral({ text, ignoresCase }: Literal): string {
  return `${JSON.stringify(text)}${ignoresCase ? " in any case" : ""}`;
}
