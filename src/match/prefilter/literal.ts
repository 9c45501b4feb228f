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

/** Bytes of logs by how often they come, roughly; capitals and what is not listed are rarer still. */
const COMMON_BYTES = ' etao:.nsrid01-lcu2mp345h6789gfb[]=yvw/k_,"()';

/** Of a byte that no log of ours held. */
const RAREST = COMMON_BYTES.length;

const ENCODER = new TextEncoder();

/**
 * Encodes a literal, and chooses as its window the part whose bytes are the rarest.
 *
 * @param windowBytes length of the window; shorter where the literal is
 */
export function encodeLiteral(
  { text, ignoresCase }: Literal,
  windowBytes: number,
): EncodedLiteral {
  const bytes = ENCODER.encode(text);
  const fold = bytes.map((byte) => ignoresCase && isSmallLetter(byte) ? 32 : 0);
  const length = Math.min(windowBytes, bytes.length);
  let windowStart = 0;
  let best = -1;
  for (let at = 0; at + length <= bytes.length; at++) {
    const rarity = rarityOf(bytes.subarray(at, at + length));
    if (rarity > best) [best, windowStart] = [rarity, at];
  }
  return { bytes, fold, windowStart, windowEnd: windowStart + length };
}

function isSmallLetter(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}

function rarityOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    const index = COMMON_BYTES.indexOf(String.fromCharCode(byte));
    sum += index < 0 ? RAREST : index;
  }
  return sum;
}
