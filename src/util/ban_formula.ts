/**
 * Formulas for the length of a ban, in fail2ban's words.
 *
 * @module
 */

import { compileArithmetic } from "./arithmetic.ts";

/** What a formula computes with. */
export interface FormulaValues {
  /** The jail's ban time in seconds: `ban.Time`. */
  readonly time: number;
  /** Bans before this one: `ban.Count`. */
  readonly count: number;
  /** The jail's factor: `banFactor`. */
  readonly factor: number;
}

/** Computes seconds; undefined where there is no result, for it divides by zero or shifts a fraction. */
export type BanFormula = (values: FormulaValues) => number | undefined;

/** Names that a formula may use. */
export const FORMULA_NAMES = ["ban.Time", "ban.Count", "banFactor"] as const;

/**
 * Compiles a formula, once for all bans: `ban.Time * (1 << ban.Count) * banFactor`.
 *
 * @throws {ArithmeticError} when it is no arithmetic
 */
export function compileBanFormula(text: string): BanFormula {
  const evaluate = compileArithmetic(text, { names: FORMULA_NAMES });
  return ({ time, count, factor }) => {
    try {
      const seconds = evaluate({
        "ban.Time": time,
        "ban.Count": count,
        banFactor: factor,
      });
      return Number.isNaN(seconds) ? undefined : seconds;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
}
