/**
 * What a comparison with fail2ban-regex comes to.
 *
 * @module
 */

/** A failure that one side saw in a line. */
export interface SeenFailure {
  /** Address or network in its canonical form, else the id as it is: attacker's text. */
  readonly host: string;
  /** Seconds since 1970; null where the line does not tell. */
  readonly timeSeconds: number | null;
}

/** A line of which both sides do not say the same. */
export interface Disagreement {
  /** In the log, from 1. */
  readonly line: number;
  /** The line, cut; attacker's text. */
  readonly text: string;
  readonly ours: readonly SeenFailure[];
  readonly fail2ban: readonly SeenFailure[];
}

/** One filter over one log. */
export interface LogVerification {
  /** Lines that were looked at: all but empty ones and those with `#` at their beginning. */
  readonly lines: number;
  /** Failures that both saw, host and time the same. */
  readonly both: number;
  readonly onlyFail2ban: number;
  readonly onlyOurs: number;
  /** Lines that they disagree on. */
  readonly disagreeing: number;
  /** The first of them. */
  readonly disagreements: readonly Disagreement[];
}
