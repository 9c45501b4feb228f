/**
 * Counts what two sides saw, line by line.
 *
 * @module
 */

import type {
  Disagreement,
  LogVerification,
  SeenFailure,
} from "./verify_types.ts";

/** Disagreements that are kept, and characters of each line. */
const MAX_KEPT = 1000;
const MAX_TEXT = 2000;

/** What both sides say of a line. */
export interface ComparedLine extends Pick<Disagreement, "ours" | "fail2ban"> {
  /** In the log, from 1. */
  readonly line: number;
  /** Called where it is wanted. */
  readonly readText: () => string;
}

/** Sums up the lines of one log. */
export class VerifyTally {
  #lines = 0;
  #both = 0;
  #onlyFail2ban = 0;
  #onlyOurs = 0;
  #disagreeing = 0;
  readonly #kept: Disagreement[] = [];

  /** Takes the next line. */
  add({ line, readText, ours, fail2ban }: ComparedLine): void {
    this.#lines++;
    if (ours.length === 0 && fail2ban.length === 0) return;
    const rest = [...ours];
    let both = 0;
    for (const theirs of fail2ban) {
      const index = rest.findIndex((own) => isSame(own, theirs));
      if (index < 0) continue;
      rest.splice(index, 1);
      both++;
    }
    this.#both += both;
    this.#onlyOurs += rest.length;
    this.#onlyFail2ban += fail2ban.length - both;
    if (rest.length === 0 && both === fail2ban.length) return;
    this.#disagreeing++;
    if (this.#kept.length >= MAX_KEPT) return;
    const text = readText().slice(0, MAX_TEXT);
    this.#kept.push({ line, text, ours, fail2ban });
  }

  /** @returns what it has come to so far */
  sum(): LogVerification {
    return {
      lines: this.#lines,
      both: this.#both,
      onlyFail2ban: this.#onlyFail2ban,
      onlyOurs: this.#onlyOurs,
      disagreeing: this.#disagreeing,
      disagreements: this.#kept,
    };
  }
}

/** A time that a line does not tell cannot differ. Fractions of a second are dropped, as fail2ban does when it bans. */
function isSame(a: SeenFailure, b: SeenFailure): boolean {
  return a.host === b.host &&
    (a.timeSeconds === null || b.timeSeconds === null ||
      Math.trunc(a.timeSeconds) === Math.trunc(b.timeSeconds));
}
