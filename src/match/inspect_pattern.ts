/**
 * What `check` says about a pattern that can be used.
 *
 * @module
 */

import { compilePattern, type PatternRole } from "./compile.ts";
import type { EngineKind } from "./engine.ts";
import type { RequiredLiterals } from "./literals.ts";
import { lintSpoofing } from "./spoof_lint.ts";

/**
 * A pattern seen from outside.
 *
 *     { engine: "linear", literals: { literals: ["Failed password for "] }, warnings: [] }
 */
export interface PatternReport {
  readonly engine: EngineKind;
  readonly literals: RequiredLiterals;
  /** One sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Compiles a pattern and says how it will run.
 *
 * @throws {FilterError} when it cannot be used
 */
export function inspectPattern(
  pattern: string,
  role: PatternRole,
): PatternReport {
  const { engine, literals } = compilePattern(pattern, { role });
  const warnings: string[] = [];
  if (engine.kind === "backtracking") {
    warnings.push(
      `pattern "${pattern}" has no bound on its time: look-ahead, a back-reference or a repeat within a repeat is beyond the linear engines, expected a pattern without`,
    );
  }
  if (role === "fail") {
    if ("declined" in literals) {
      warnings.push(
        `pattern "${pattern}" is run on every line (${literals.declined}), expected three fixed characters in a row`,
      );
    }
    const spoofing = lintSpoofing(pattern);
    if (spoofing !== undefined) warnings.push(spoofing);
  }
  return { engine: engine.kind, literals, warnings };
}
