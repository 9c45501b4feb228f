/**
 * What the prefilter looks for.
 *
 * @module
 */

/**
 * A text that a line must hold.
 *
 *     { text: "failed login", ignoresCase: true }
 */
export interface Literal {
  /** Without newlines, U+FFFD and lone surrogates; small letters where the case is ignored. */
  readonly text: string;
  /** Whether an ASCII letter may be of either case. */
  readonly ignoresCase: boolean;
}

/** A literal as bytes, with the part of it that is searched for. */
export interface EncodedLiteral {
  readonly bytes: Uint8Array;
  /** 0x20 for each letter of which the case is ignored, 0 for other bytes. */
  readonly fold: Uint8Array;
  /** Where the window begins, and behind it. */
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** What a window is chosen by. */
export interface WindowChoice {
  /** Length of the window; shorter where the literal is. */
  readonly windowBytes: number;
  /** How often the window comes. */
  readonly oddsOf: (literal: EncodedLiteral) => number;
}

const ENCODER = new TextEncoder();

/** Encodes a literal; its window is the part that comes least often. */
export function encodeLiteral(
  { text, ignoresCase }: Literal,
  { windowBytes, oddsOf }: WindowChoice,
): EncodedLiteral {
  const bytes = ENCODER.encode(text);
  const fold = bytes.map((byte) => ignoresCase && isSmallLetter(byte) ? 32 : 0);
  const length = Math.min(windowBytes, bytes.length);
  const at = (windowStart: number): EncodedLiteral => ({
    bytes,
    fold,
    windowStart,
    windowEnd: windowStart + length,
  });
  let rarest = at(0);
  let least = oddsOf(rarest);
  for (let start = 1; start + length <= bytes.length; start++) {
    const literal = at(start);
    const odds = oddsOf(literal);
    if (odds < least) [rarest, least] = [literal, odds];
  }
  return rarest;
}

function isSmallLetter(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}
