/**
 * The keys `bantime_…`: longer bans for those who come back.
 *
 * @module
 */

import * as z from "zod/mini";
import { ArithmeticError } from "../util/arithmetic_parser.ts";
import { compileBanFormula, FORMULA_NAMES } from "../util/ban_formula.ts";
import { duration, type Field, flag, noted, parsed } from "./fields.ts";
import { MULTIPLIERS, positive } from "./jail_values.ts";
import type { Escalation } from "./types.ts";

/** The keys after the schema. */
export interface EscalationInput {
  /** Whether bans grow. */
  readonly bantime_increment: boolean;
  /** Above 0. */
  readonly bantime_factor: number;
  /** Empty: the formula. */
  readonly bantime_multipliers: readonly number[];
  /** Absent or empty: powers of two. */
  readonly bantime_formula?: string | undefined;
  /** Seconds; `Infinity` is no limit. */
  readonly bantime_maxtime: number;
  /** Seconds. */
  readonly bantime_rndtime: number;
  /** Whether bans in all jails count. */
  readonly bantime_overalljails: boolean;
  /** Whether failures of those who were banned before count for more. */
  readonly bantime_heavy_failures: boolean;
}

const FORMULA_WANTED = `arithmetic over ${FORMULA_NAMES.join(", ")}`;

/** An empty text is none. */
const FORMULA: Field<string> = parsed(FORMULA_WANTED, (value, refuse) => {
  if (typeof value !== "string") return undefined;
  if (value === "") return value;
  try {
    compileBanFormula(value);
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    refuse(error.state, {
      wanted: error.wanted ?? FORMULA_WANTED,
      part: error.part,
    });
  }
  return value;
});

/** By key. */
export const ESCALATION_FIELDS = {
  bantime_increment: noted(z._default(flag(), false), {
    takes: "true, false",
    otherwise: "false",
    says: "Longer bans for those who come back.",
  }),
  bantime_factor: noted(z._default(positive(), 1), {
    takes: "number above 0",
    otherwise: "1",
    says: "Times each longer ban; banFactor in a formula.",
  }),
  bantime_multipliers: noted(z._default(MULTIPLIERS, []), {
    takes: "list of numbers",
    otherwise: "[] (the formula)",
    says:
      "Bans in units of ban_time, by how many there were before: with [1, 5, 30] the second one lasts 5; the last number stays.",
  }),
  bantime_formula: noted(z.optional(FORMULA), {
    takes: "arithmetic over ban.Time, ban.Count and banFactor",
    otherwise:
      '"ban.Time * (1 << (ban.Count if ban.Count < 20 else 20)) * banFactor"',
    says:
      "Seconds of a longer ban, where there are no multipliers; never less than ban_time.",
  }),
  bantime_maxtime: noted(
    z._default(duration({ forEver: true, least: 1 }), 604_800),
    {
      takes: "duration, -1 for no limit",
      otherwise: '"1w"',
      says: "The longest ban that increments reach.",
    },
  ),
  bantime_rndtime: noted(
    z._default(duration({ forEver: false, least: 0 }), 0),
    {
      takes: "duration",
      otherwise: "0",
      says:
        "Up to so much more for each longer ban, by chance, also beyond bantime_maxtime.",
    },
  ),
  bantime_overalljails: noted(z._default(flag(), false), {
    takes: "true, false",
    otherwise: "false",
    says: "Whether earlier bans in all jails count.",
  }),
  bantime_heavy_failures: noted(z._default(flag(), false), {
    takes: "true, false",
    otherwise: "false",
    says:
      "With increments: each failure of a host that was banned 1, 2, 3, 4 … times counts for 2, 3, 5, 9 …",
  }),
} satisfies Readonly<Record<string, Field>>;

/**
 * From keys to rules.
 *
 * @param decaySeconds `[global] ban_count_decay`; `Infinity` for not at all
 */
export function toEscalation(
  input: EscalationInput,
  decaySeconds: number,
): Escalation {
  const { bantime_formula: formula = "" } = input;
  return {
    increment: input.bantime_increment,
    factor: input.bantime_factor,
    multipliers: input.bantime_multipliers,
    maxTimeSeconds: input.bantime_maxtime,
    ...(formula === "" ? {} : { formula }),
    ...(input.bantime_rndtime === 0
      ? {}
      : { rndTimeSeconds: input.bantime_rndtime }),
    ...(input.bantime_overalljails ? { isOverallJails: true } : {}),
    ...(input.bantime_heavy_failures ? { hasHeavyFailures: true } : {}),
    ...(decaySeconds === Infinity ? {} : { decaySeconds }),
  };
}
