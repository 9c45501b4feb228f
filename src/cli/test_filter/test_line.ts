/**
 * What one line is for a jail, and how near the patterns come that do not match.
 *
 * @module
 */

import type { JailConfig } from "../../config/types.ts";
import { explainInJail } from "../../match/explain_in_jail.ts";
import type { ExplainedDate } from "../../match/explain_date.ts";
import type { Explanation } from "../../match/explain_line.ts";
import {
  type InspectedPattern,
  inspectJail,
} from "../../match/inspect_jail.ts";

/**
 * What came of a line, as JSON has it.
 *
 *     { "outcome": "failure", "host": "192.0.2.7", "pattern": 0, "patternText": "Failed password …",
 *       "literal": "Failed password for ", "groups": { "user": "root" }, "reason": null, … }
 */
export interface LineTest
  extends Pick<Explanation, "outcome" | "text" | "groups"> {
  readonly date: ExplainedDate | null;
  readonly host: string | null;
  readonly user: string | null;
  readonly engine: string | null;
  /** Why it is no failure. */
  readonly reason: string | null;
  /** Index of the pattern that hit. */
  readonly pattern: number | null;
  readonly patternText: string | null;
  /** The text by which the line was found; `null`: the pattern is tried on every line. */
  readonly literal: string | null;
  /** Patterns that do not match, though the line holds a text that they look for. */
  readonly near: readonly NearPattern[];
}

/** A pattern that might have matched. */
export interface NearPattern {
  readonly pattern: number;
  readonly patternText: string;
  /** What it looks for, and the line holds. */
  readonly literal: string;
}

/** @returns what the daemon would make of the line */
export function testLine(
  jail: JailConfig,
  line: string,
  nowSeconds: number,
): LineTest {
  const explained = explainInJail(jail, line, { nowSeconds });
  const patterns = inspectJail(jail).filter(({ role }) => role === "fail");
  const { pattern: index } = explained;
  const hit = index === undefined ? undefined : patterns[index];
  return {
    outcome: explained.outcome,
    host: explained.host ?? null,
    user: explained.user ?? null,
    reason: explained.reason ?? null,
    date: explained.date ?? null,
    text: explained.text,
    engine: explained.engine ?? hit?.engine ?? null,
    pattern: hit === undefined ? null : index ?? null,
    patternText: hit?.pattern ?? null,
    literal: hit === undefined ? null : literalIn(hit, line) ?? null,
    groups: explained.groups,
    near: explained.outcome === "no match" ? findNear(patterns, line) : [],
  };
}

function findNear(
  patterns: readonly InspectedPattern[],
  line: string,
): NearPattern[] {
  return patterns.flatMap((pattern, index) => {
    const literal = literalIn(pattern, line);
    return literal === undefined
      ? []
      : [{ pattern: index, patternText: pattern.pattern, literal }];
  });
}

/** @returns the text that the pattern looks for and the line holds */
function literalIn(
  { literals }: InspectedPattern,
  line: string,
): string | undefined {
  if (!("literals" in literals)) return undefined;
  const folded = line.toLowerCase();
  return literals.literals.find(({ text, ignoresCase }) =>
    ignoresCase ? folded.includes(text.toLowerCase()) : line.includes(text)
  )?.text;
}
