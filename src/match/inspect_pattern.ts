/**
 * What `check` says about a pattern that can be used.
 *
 * @module
 */

import { compilePattern, type PatternRole } from "./compile.ts";
import type { EngineKind } from "./engine_types.ts";
import type { RequiredLiterals } from "./literals.ts";
import { lintSpoofing } from "./spoof_lint.ts";

/**
 * A pattern seen from outside.
 *
 *     { engine: "linear", literals: { literals: [{ text: "Failed password for ", ignoresCase: false }] }, warnings: [] }
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
