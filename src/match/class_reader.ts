/**
 * Reads a Python character class, and the escapes that stand for a set or a character.
 *
 * @module
 */

import {
  type CharSet,
  foldRanges,
  type Range,
  type Ranges,
} from "./char_class.ts";
import { FilterError } from "./filter_error.ts";

/**
 * What an escape stands for.
 *
 *     \d      { kind: "set", letter: "d", length: 2 }
 *     \x41    { kind: "unit", code: 0x41, length: 4 }
 *     \b \2   { kind: "other", letter: "b", length: 2 }   (the caller knows what to do)
 */
export type Escape =
  | { readonly kind: "set"; readonly letter: string; readonly length: number }
  | { readonly kind: "unit"; readonly code: number; readonly length: number }
  | {
    readonly kind: "other";
    readonly letter: string;
    readonly length: number;
  };

/** A class and how many characters its text has. */
export interface ReadClass {
  readonly set: CharSet;
  readonly length: number;
}

/** One member of a class: a character, or a letter that stands for a set. */
interface Member {
  readonly ranges: Ranges;
  readonly letter: string;
  readonly length: number;
}

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);

const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

/**
 * Reads the escape at `offset`, where the backslash stands.
 *
 * @throws {FilterError} when Python does not know it
 */
export function readEscape(pattern: string, offset: number): Escape {
  const letter = pattern[offset + 1];
  if (letter === undefined) {
    throw new FilterError(
      pattern,
      offset,
      "the last backslash escapes nothing",
    );
  }
  if ("dDwWsS".includes(letter)) return { kind: "set", letter, length: 2 };
  const control = CONTROLS.get(letter);
  if (control !== undefined) return { kind: "unit", code: control, length: 2 };
  const digits = HEX_DIGITS.get(letter);
  if (digits !== undefined) return readHex(pattern, offset, digits);
  if (letter >= "0" && letter <= "9") return readOctal(pattern, offset);
  if (/[A-Za-z]/.test(letter)) return { kind: "other", letter, length: 2 };
  const code = letter.codePointAt(0) ?? 0;
  return { kind: "unit", code, length: 2 };
}

/**
 * Reads the class whose `[` stands at `offset`; a `]` right behind `[` or `[^` is a member, as Python has it.
 *
 * @param ignoreCase adds the other case of each letter
 * @throws {FilterError} when it does not end, or a range in it is none
 */
export function readClass(
  pattern: string,
  offset: number,
  ignoreCase: boolean,
): ReadClass {
  const isNegated = pattern[offset + 1] === "^";
  const first = offset + (isNegated ? 2 : 1);
  const ranges: Range[] = [];
  let letters = "";
  let at = first;
  while (at === first || pattern[at] !== "]") {
    const from = readMember(pattern, at, offset);
    at += from.length;
    const isRange = pattern[at] === "-" && pattern[at + 1] !== "]" &&
      at + 1 < pattern.length;
    if (!isRange) {
      ranges.push(...from.ranges);
      letters += from.letter;
      continue;
    }
    const to = readMember(pattern, at + 1, offset);
    ranges.push(joinRange(pattern, at, { from: from.ranges, to: to.ranges }));
    at += 1 + to.length;
  }
  const folded = ignoreCase ? foldRanges(ranges) : ranges;
  return {
    set: { isNegated, ranges: folded, letters },
    length: at + 1 - offset,
  };
}

function readMember(pattern: string, at: number, opened: number): Member {
  const code = pattern.codePointAt(at);
  if (code === undefined) {
    throw new FilterError(pattern, opened, 'class is not closed, expected "]"');
  }
  if (code !== 0x5c) return single(code, code > 0xffff ? 2 : 1);
  const escape = readEscape(pattern, at);
  const { length } = escape;
  if (escape.kind === "set") {
    return { ranges: [], letter: escape.letter, length };
  }
  if (escape.kind === "unit") return single(escape.code, length);
  if (escape.letter === "b") return single(8, length);
  throw new FilterError(
    pattern,
    at,
    `escape "\\${escape.letter}" has no meaning in a class`,
  );
}

function single(code: number, length: number): Member {
  return { ranges: [[code, code]], letter: "", length };
}

function joinRange(
  pattern: string,
  at: number,
  ends: { readonly from: Ranges; readonly to: Ranges },
): Range {
  const from = ends.from.length === 1 ? ends.from[0] : undefined;
  const to = ends.to.length === 1 ? ends.to[0] : undefined;
  const isProper = from !== undefined && to !== undefined &&
    from[0] === from[1] && to[0] === to[1] && from[0] <= to[0];
  if (!isProper) {
    throw new FilterError(pattern, at, "range in class is not one");
  }
  return [from[0], to[0]];
}

function readHex(pattern: string, offset: number, digits: number): Escape {
  const text = pattern.slice(offset + 2, offset + 2 + digits);
  const code = parseInt(text, 16);
  if (!/^[0-9A-Fa-f]+$/.test(text) || text.length < digits || code > 0x10ffff) {
    throw new FilterError(
      pattern,
      offset,
      `escape "\\${
        pattern[offset + 1]
      }${text}" is incomplete, expected ${digits} hexadecimal digits`,
    );
  }
  return { kind: "unit", code, length: 2 + digits };
}

/** `\0`, `\012` and three octal digits are characters; other digits are a back-reference. */
function readOctal(pattern: string, offset: number): Escape {
  const text = pattern.slice(offset + 1, offset + 4);
  const octal = /^(?:0[0-7]{0,2}|[0-3][0-7]{2})/.exec(text)?.[0];
  if (octal !== undefined) {
    return {
      kind: "unit",
      code: parseInt(octal, 8),
      length: 1 + octal.length,
    };
  }
  const digits = /^\d{1,2}/.exec(text)?.[0] ?? "";
  return { kind: "other", letter: digits, length: 1 + digits.length };
}
