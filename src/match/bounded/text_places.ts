/**
 * What Python's rules say of a place in a text.
 *
 * @module
 */

import { isInSet, isWordCode } from "../char_class.ts";
import { ASSERTIONS, type ProgramSet } from "./program.ts";

const NEWLINE = 10;

/** @returns the place behind one character of the set, or -1 where there is none */
export function afterMember(
  { ascii, beyond, set }: ProgramSet,
  text: string,
  place: number,
): number {
  if (place >= text.length) return -1;
  const unit = text.charCodeAt(place);
  if (unit < 128) return ascii[unit] === 1 ? place + 1 : -1;
  if (beyond === false) return -1;
  if (beyond === true && !isHighSurrogate(unit)) return place + 1;
  const code = text.codePointAt(place);
  if (code === undefined || !isInSet(code, set)) return -1;
  return code > 0xffff ? place + 2 : place + 1;
}

/** @returns the place of the character before this one */
export function placeBefore(text: string, place: number): number {
  const isPair = isLowSurrogate(text.charCodeAt(place - 1)) &&
    isHighSurrogate(text.charCodeAt(place - 2));
  return isPair ? place - 2 : place - 1;
}

/** @param assertion index in ASSERTIONS */
export function holds(
  assertion: number,
  text: string,
  place: number,
): boolean {
  const isEnd = place === text.length;
  switch (ASSERTIONS[assertion]) {
    case "textStart":
      return place === 0;
    case "lineStart":
      return place === 0 || text.charCodeAt(place - 1) === NEWLINE;
    case "textEnd":
      return isEnd;
    case "dollar":
      return isEnd ||
        place === text.length - 1 && text.charCodeAt(place) === NEWLINE;
    case "lineEnd":
      return isEnd || text.charCodeAt(place) === NEWLINE;
    case "wordEdge":
      return isWord(text, placeBefore(text, place)) !== isWord(text, place);
    default:
      return isWord(text, placeBefore(text, place)) === isWord(text, place);
  }
}

/** @returns whether the second half of a character beyond U+FFFF stands here */
export function isWithinPair(text: string, place: number): boolean {
  return place > 0 && isLowSurrogate(text.charCodeAt(place)) &&
    isHighSurrogate(text.charCodeAt(place - 1));
}

function isWord(text: string, place: number): boolean {
  const code = place < 0 ? undefined : text.codePointAt(place);
  return code !== undefined && isWordCode(code);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
