/**
 * Longer bans for those who come back.
 *
 * @module
 */

import type { Escalation } from "../config/types.ts";

/** What a ban's length depends on. */
export interface BanLength {
  /** The jail's ban time in seconds; `Infinity` is for ever. */
  readonly banTimeSeconds: number;
  /** The jail's rules for those who come back. */
  readonly escalation: Escalation;
  /** Bans of this host in this jail before this one. */
  readonly earlierBans: number;
}

/** Doublings at most without multipliers. */
const DOUBLINGS_LIMIT = 20;

/**
 * Computes how long a ban lasts.
 *
 *     ban time 1h, multipliers [1, 2, 4], earlier bans 0, 1, 2, 3 …   1h 2h 4h 4h …
 *     ban time 1h, none                                               1h 2h 4h 8h … up to the longest
 *
 * @returns seconds; `Infinity` is for ever
 */
export function escalate(length: BanLength): number {
  const { banTimeSeconds, escalation } = length;
  if (!escalation.increment || banTimeSeconds === Infinity) {
    return banTimeSeconds;
  }
  return Math.min(multiply(length), escalation.maxTimeSeconds);
}

function multiply(length: BanLength): number {
  const { banTimeSeconds, earlierBans } = length;
  const { factor, multipliers } = length.escalation;
  const last = multipliers.length - 1;
  if (last >= 0) {
    const multiplier = multipliers[Math.min(earlierBans, last)] ?? 1;
    return banTimeSeconds * factor * multiplier;
  }
  const doublings = Math.min(earlierBans, DOUBLINGS_LIMIT);
  return Math.max(banTimeSeconds, banTimeSeconds * 2 ** doublings * factor);
}
