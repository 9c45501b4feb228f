/**
 * Escapes and classes of a date pattern's expression.
 *
 * @module
 */

import { FilterError } from "../filter_error.ts";

/** First and last unit, both included. */
export type UnitRange = readonly [from: number, to: number];

/**
 * What an escape stands for.
 *
 *     \d      { kind: "letter", letter: "d", length: 2 }
 *     \x41    { kind: "unit", unit: 0x41, length: 4 }
 *     \b \2   { kind: "other", text: "b", length: 2 }
 */
export type DateEscape =
  & { readonly length: number }
  & (
    | { readonly kind: "letter"; readonly letter: string }
    | { readonly kind: "unit"; readonly unit: number }
    | { readonly kind: "other"; readonly text: string }
  );

/** A class: `[^\w-]` is `{ isNegated: true, ranges: [[45, 45]], letters: "w", length: 6 }`. */
export interface DateClass {
  readonly isNegated: boolean;
  readonly ranges: readonly UnitRange[];
  readonly letters: string;
  readonly length: number;
}

const CONTROLS: Readonly<Record<string, number>> = {
  a: 7,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

const HEX = /x([\da-f]{2})|u([\da-f]{4})/iy;
const OCTAL = /0[0-7]{0,2}|[0-3][0-7]{2}/y;
const NUMBER = /[1-9]\d?/y;

/**
 * Reads the escape whose backslash stands at `at`.
 *
 * @throws {FilterError} when there is no such escape
 */
export function readDateEscape(source: string, at: number): DateEscape {
  const letter = source[at + 1];
  if (letter === undefined) {
    throw new FilterError(source, at, "the last backslash escapes nothing");
  }
  if ("dDwWsS".includes(letter)) return { kind: "letter", letter, length: 2 };
  const hex = hitAt(HEX, source, at + 1);
  if (hex !== null) {
    const unit = parseInt(hex[1] ?? hex[2] ?? "", 16);
    return { kind: "unit", unit, length: 1 + hex[0].length };
  }
  const octal = hitAt(OCTAL, source, at + 1)?.[0];
  if (octal !== undefined) {
    return { kind: "unit", unit: parseInt(octal, 8), length: 1 + octal.length };
  }
  const number = hitAt(NUMBER, source, at + 1)?.[0];
  const text = number ?? letter;
  if (number !== undefined || "AZbB".includes(letter)) {
    return { kind: "other", text, length: 1 + text.length };
  }
  const control = CONTROLS[letter];
  if (control === undefined && /[A-Za-z]/.test(letter)) {
    throw new FilterError(source, at, `escape "\\${letter}" has no meaning`);
  }
  return { kind: "unit", unit: control ?? letter.charCodeAt(0), length: 2 };
}

/**
 * Reads the class whose `[` stands at `at`; a `]` right behind `[` or `[^` is a member.
 *
 * @throws {FilterError} when it does not end, or a range in it is none
 */
export function readDateClass(source: string, at: number): DateClass {
  const isNegated = source[at + 1] === "^";
  const first = at + (isNegated ? 2 : 1);
  const ranges: UnitRange[] = [];
  let letters = "";
  let place = first;
  while (place === first || source[place] !== "]") {
    const from = readMember(source, place, at);
    place += from.length;
    if (from.kind === "letter") {
      letters += from.letter;
      continue;
    }
    const isRange = source[place] === "-" && place + 1 < source.length &&
      source[place + 1] !== "]";
    const to = isRange ? readMember(source, place + 1, at) : from;
    if (to.kind !== "unit" || to.unit < from.unit) {
      throw new FilterError(source, place, "range in class is not one");
    }
    if (isRange) place += 1 + to.length;
    ranges.push([from.unit, to.unit]);
  }
  return { isNegated, ranges, letters, length: place + 1 - at };
}

type Member = DateEscape & { readonly kind: "letter" | "unit" };

function readMember(source: string, at: number, opened: number): Member {
  const character = source[at];
  if (character === undefined) {
    throw new FilterError(source, opened, 'class is not closed, expected "]"');
  }
  if (character !== "\\") {
    return { kind: "unit", unit: character.charCodeAt(0), length: 1 };
  }
  const escape = readDateEscape(source, at);
  if (escape.kind !== "other") return escape;
  if (escape.text === "b") return { kind: "unit", unit: 8, length: 2 };
  throw new FilterError(
    source,
    at,
    `escape "\\${escape.text}" has no meaning in a class`,
  );
}

function hitAt(syntax: RegExp, source: string, at: number) {
  syntax.lastIndex = at;
  return syntax.exec(source);
}
