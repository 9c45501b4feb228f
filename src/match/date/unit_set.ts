/**
 * What one character of a date pattern may be, by Python's Unicode rules.
 *
 * @module
 */

import { SPACES } from "../char_class.ts";

const ASCII = 128;
const DIGITS = [..."0123456789"].map((digit) => digit.charCodeAt(0));
const WORD = /[\p{L}\p{N}_]/u;
const DIGIT = /\p{Nd}/u;

/** What a set is made of. */
export interface UnitSetParts {
  /** First and last unit, both included. */
  readonly ranges?: readonly (readonly [from: number, to: number])[];
  /** Which of `d D w W s S` it holds. */
  readonly letters?: string;
  readonly isNegated?: boolean;
  readonly ignoreCase?: boolean;
}

/** A set of UTF-16 units; ASCII is answered from a table. */
export class UnitSet {
  /** Whether it holds all ASCII digits, or none. */
  readonly isDigitBlind: boolean;
  readonly #parts: UnitSetParts;
  readonly #ascii = new Uint8Array(ASCII);

  constructor(parts: UnitSetParts) {
    this.#parts = parts;
    for (let unit = 0; unit < ASCII; unit++) {
      this.#ascii[unit] = this.#judge(unit) ? 1 : 0;
    }
    this.isDigitBlind = isSameForDigits((unit) => this.#ascii[unit] === 1);
  }

  /** @returns whether the unit is in the set; `NaN`, which stands behind a text, is in none */
  has(unit: number): boolean {
    return unit < ASCII ? this.#ascii[unit] === 1 : this.#judge(unit);
  }

  #judge(unit: number): boolean {
    if (Number.isNaN(unit)) return false;
    return this.#lists(unit) !== (this.#parts.isNegated ?? false);
  }

  #lists(unit: number): boolean {
    if (this.#listsAsWritten(unit)) return true;
    if (!this.#parts.ignoreCase) return false;
    const text = String.fromCharCode(unit);
    return this.#listsAsWritten(text.toLowerCase().charCodeAt(0)) ||
      this.#listsAsWritten(text.toUpperCase().charCodeAt(0));
  }

  #listsAsWritten(unit: number): boolean {
    const { ranges = [], letters = "" } = this.#parts;
    for (const [from, to] of ranges) {
      if (unit >= from && unit <= to) return true;
    }
    for (const letter of letters) {
      const lower = letter.toLowerCase();
      if (isOfLetter(unit, lower) === (lower === letter)) return true;
    }
    return false;
  }
}

const WORD_UNITS = new UnitSet({ letters: "w" });

/** @returns whether it takes all ASCII digits, or none */
export function isSameForDigits(takes: (unit: number) => boolean): boolean {
  const taken = DIGITS.filter(takes).length;
  return taken === 0 || taken === DIGITS.length;
}

/** @returns whether `\w` takes the unit: a letter, a number or `_` of any script */
export function isWordUnit(unit: number): boolean {
  return WORD_UNITS.has(unit);
}

function isOfLetter(unit: number, letter: string): boolean {
  if (letter === "s") {
    return SPACES.some(([from, to]) => unit >= from && unit <= to);
  }
  return (letter === "d" ? DIGIT : WORD).test(String.fromCharCode(unit));
}
