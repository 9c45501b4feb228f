/**
 * How a line begins that bears the same stamp as one that was read, for all that reading it looks at.
 *
 * @module
 */

import { isDigit } from "../ascii_units.ts";

/** What the beginning of another line is compared with. */
export interface StampHead {
  /** How the line began that was read: its stamp, and what was looked at behind it. */
  readonly text: string;
  /** In it, digits of a fraction, which is dropped: any others will do. */
  readonly looseFrom: number;
  /** Behind them. */
  readonly looseTo: number;
  /** Whether a digit behind all that would belong to the stamp. */
  readonly endsBeforeDigit: boolean;
}

/** @returns whether a line of the text, which begins at `from`, begins alike */
export function beginsAlike(
  text: string,
  from: number,
  { text: head, looseFrom, looseTo, endsBeforeDigit }: StampHead,
): boolean {
  if (looseFrom === looseTo) {
    if (!text.startsWith(head, from)) return false;
  } else {
    for (let at = 0; at < head.length; at++) {
      const unit = text.charCodeAt(from + at);
      const isSame = at >= looseFrom && at < looseTo
        ? isDigit(unit)
        : unit === head.charCodeAt(at);
      if (!isSame) return false;
    }
  }
  return !endsBeforeDigit || !isDigit(text.charCodeAt(from + head.length));
}
