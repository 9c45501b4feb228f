/**
 * What became of each jail and filter.
 *
 * @module
 */

/**
 * `exact`: as before. `adapted`: it protects as before, and something is different. `lost`: it no longer does what it did.
 */
export type Fidelity = "exact" | "adapted" | "lost";

/** One thing that is not exactly as it was. */
export interface OutcomeNote {
  /** What, and why. */
  readonly what: string;
  /** What a person can do about it. */
  readonly advice?: string;
  /** All of it, where `what` tells the first of several. */
  readonly details?: readonly string[];
  /** Whether protection is lost by it. */
  readonly isLoss?: boolean;
}

/** The fate of a jail, a filter, or the daemon's own settings. */
export interface Outcome {
  readonly kind: "jail" | "filter" | "daemon";
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly notes: readonly OutcomeNote[];
}

/** @returns the outcome that the notes come to */
export function judge(
  kind: Outcome["kind"],
  name: string,
  notes: readonly OutcomeNote[],
): Outcome {
  const isLost = notes.some((note) => note.isLoss === true);
  const fidelity = isLost ? "lost" : notes.length > 0 ? "adapted" : "exact";
  return { kind, name, fidelity, notes };
}
