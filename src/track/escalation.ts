/**
 * Longer bans for those who come back.
 *
 * @module
 */

import type { Escalation } from "../config/types.ts";
import { compileBanFormula } from "../util/ban_formula.ts";

/** Computes how many seconds a ban lasts after so many earlier ones; `Infinity` is for ever. */
export type BanLength = (earlierBans: number) => number;

/** What a ban's length depends on, beside the earlier bans. */
export interface BanLengthOptions {
  /** The jail's ban time in seconds; `Infinity` is for ever. */
  readonly banTimeSeconds: number;
  /** The jail's rules for those who come back. */
  readonly escalation: Escalation;
  /** A number from 0 to below 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Doublings at most without formula and multipliers. */
const DOUBLINGS_LIMIT = 20;

/**
 * Compiles the rules, once for all bans. The first ban of a host is never escalated.
 *
 *     ban time 1h, multipliers [1, 2, 4], earlier bans 0, 1, 2, 3 …   1h 2h 4h 4h …
 *     ban time 1h, formula ban.Time * (1 + ban.Count)                 1h 2h 3h 4h … up to the longest
 *     ban time 1h, none                                               1h 2h 4h 8h … up to the longest
 *
 * @returns the length by earlier bans; whole seconds are not promised
 * @throws {SyntaxError} for a formula that is no arithmetic
 */
export function compileBanLength(options: BanLengthOptions): BanLength {
  const { banTimeSeconds, escalation, random = Math.random } = options;
  const { increment, maxTimeSeconds, rndTimeSeconds = 0 } = escalation;
  if (!increment || banTimeSeconds === Infinity) return () => banTimeSeconds;
  const grow = compileGrowth(options);
  return (earlierBans) => {
    if (earlierBans === 0) return banTimeSeconds;
    const seconds = grow(earlierBans);
    // A formula has no result where it divides by zero.
    if (seconds === undefined) return banTimeSeconds;
    return Math.min(seconds, maxTimeSeconds) + random() * rndTimeSeconds;
  };
}

function compileGrowth(
  options: BanLengthOptions,
): (earlierBans: number) => number | undefined {
  const { banTimeSeconds: time, escalation } = options;
  const { factor, multipliers, formula } = escalation;
  const last = multipliers.length - 1;
  if (last >= 0) {
    return (count) => time * factor * (multipliers[Math.min(count, last)] ?? 1);
  }
  if (formula === undefined) {
    return (count) =>
      Math.max(time, time * 2 ** Math.min(count, DOUBLINGS_LIMIT) * factor);
  }
  const compute = compileBanFormula(formula);
  return (count) => {
    const seconds = compute({ time, count, factor });
    return seconds === undefined ? undefined : Math.max(time, seconds);
  };
}

/** Halvings of a threshold at most. */
const WEIGHT_LIMIT = 20;

/**
 * Tells how much a failure counts of a host that was banned before: 2, 3, 5, 9 … after one, two, three, four bans.
 *
 * @returns from 1; the threshold itself at most
 */
export function failureWeight(earlierBans: number, maxRetry: number): number {
  if (earlierBans === 0) return 1;
  const weight = 2 ** (Math.min(earlierBans, WEIGHT_LIMIT) - 1) + 1;
  return Math.min(weight, maxRetry);
}
