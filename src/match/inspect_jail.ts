/**
 * How the patterns of a jail will run.
 *
 * @module
 */

import { STEP_BUDGET } from "./bounded/machine.ts";
import { type CompiledPattern, compilePattern } from "./compile.ts";
import { compileExact } from "./compile_exact.ts";
import { LONGEST_FOR_OTHERS } from "./engine.ts";
import type { EngineKind } from "./engine_types.ts";
import { expandTags } from "./fail2ban_tags.ts";
import { type JailLiterals, literalsInJail } from "./literals_in_jail.ts";
import { compileCondition, printCondition } from "./json/json_conditions.ts";
import { literalsOfCondition, spellInJson } from "./json/json_literals.ts";
import type { JsonCondition } from "../config/types.ts";
import { needsExactJail } from "../config/needs_exact_jail.ts";
import { lintSpoofing } from "./spoof_lint.ts";
import type { MatchJail, UsageRole } from "./types.ts";

/**
 * A pattern in its jail.
 *
 *     { role: "fail", pattern: "Invalid user .* from <HOST>", engine: "linear", bound: "linear time, …",
 *       literals: { literals: [{ text: "Invalid user ", ignoresCase: false }] }, lint: undefined }
 */
export interface InspectedPattern {
  /** `match`: a condition on the JSON of a line. */
  readonly role: UsageRole | "match";
  /** As it was written. */
  readonly pattern: string;
  /** `json`: it is compared with what JSON.parse found. */
  readonly engine: EngineKind | "json";
  /** What limits its time on a line. */
  readonly bound: string;
  /** By what its lines are found, or why it is run on every line; prefix and ignore patterns run on what others found. */
  readonly literals: JailLiterals;
  /** What an attacker may make of it. */
  readonly lint: string | undefined;
}

const STEPS = `${STEP_BUDGET} steps`;
const LINEAR = `linear time, ${STEPS} beyond ${LONGEST_FOR_OTHERS} characters`;

const BOUNDS: Readonly<Record<EngineKind, string>> = {
  linear: LINEAR,
  re2: LINEAR,
  bounded: STEPS,
  backtracking: "none",
};

/**
 * Compiles a jail's patterns and says how they will run.
 *
 * @returns conditions, prefix pattern, fail patterns, ignore patterns
 * @throws {FilterError} when one cannot be used
 */
export function inspectJail(jail: MatchJail): readonly InspectedPattern[] {
  const isExact = needsExactJail(jail);
  const { json } = jail;
  const spell = json === undefined
    ? (literals: JailLiterals) => literals
    : spellInJson;
  const compile = (role: "fail" | "ignore") => (pattern: string) =>
    isExact
      ? compileExact(pattern, jail)
      : compilePattern(pattern, { role: json?.host ? "ignore" : role });
  const prefixes = [jail.prefixPattern ?? []].flat().map(compile("ignore"));
  const [prefix] = prefixes;
  const lint = ({ pattern }: CompiledPattern) =>
    lintSpoofing(isExact ? expandTags(pattern, jail.useDns) : pattern);
  return [
    ...(json?.conditions ?? []).map(describeCondition),
    ...prefixes.map((compiled) => describe("prefix", compiled)),
    ...jail.failPatterns.map(compile("fail")).map((compiled) => ({
      ...describe("fail", compiled),
      literals: spell(
        isExact ? literalsInJail(compiled, jail, prefix) : compiled.literals,
      ),
      lint: json?.host ? undefined : lint(compiled),
    })),
    ...jail.ignorePatterns.map(compile("ignore")).map((compiled) =>
      describe("ignore", compiled)
    ),
  ];
}

function describeCondition(condition: JsonCondition): InspectedPattern {
  const compiled = compileCondition(condition);
  const kind = compiled.engine?.kind;
  return {
    role: "match",
    pattern: printCondition(condition),
    engine: kind ?? "json",
    bound: kind === undefined ? "the length of the line" : BOUNDS[kind],
    literals: literalsOfCondition(compiled),
    lint: undefined,
  };
}

function describe(
  role: UsageRole,
  { pattern, engine, literals }: CompiledPattern,
): InspectedPattern {
  const { kind } = engine;
  const bound = BOUNDS[kind];
  return { role, pattern, engine: kind, bound, literals, lint: undefined };
}
