/**
 * How often a log holds a window, before anything of the log is known: bytes come as often as in most logs, whatever is
 * before them.
 *
 * @module
 */

import { type Fingerprint, mixPair } from "./fingerprint.ts";
import { add, multiplyShares, type NibbleShares } from "./window_odds.ts";

/** Bytes of logs by how often they come, roughly; capitals and what is not listed are rarer still. */
const COMMON_BYTES = ' etao:.nsrid01-lcu2mp345h6789gfb[]=yvw/k_,"()';

/** The tenth byte comes about a third as often as the first. */
const FIRST_RANK = 5;

/** Of each byte that is not listed. */
const RARE = 1 / 400;

const FREQUENCIES = guessFrequencies();

const SHARES = guessShares();

/** @returns see `WindowOdds` */
export function guessOdds(fingerprint: Fingerprint): number {
  return multiplyShares(SHARES, fingerprint);
}

/** @returns how often these bytes come one behind the other, by what is guessed of each */
export function guessBytes(bytes: Uint8Array): number {
  return bytes.reduce((odds, byte) => odds * (FREQUENCIES[byte] ?? 0), 1);
}

function guessFrequencies(): Float64Array {
  const frequencies = Float64Array.from({ length: 256 }, (_, byte) => {
    const rank = COMMON_BYTES.indexOf(String.fromCharCode(byte));
    return rank < 0 ? RARE : 1 / (rank + FIRST_RANK);
  });
  const sum = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  return frequencies.map((frequency) => frequency / sum);
}

function guessShares(): NibbleShares {
  const low = new Float64Array(16);
  const mixed = new Float64Array(16);
  const firsts = new Float64Array(16);
  const seconds = new Float64Array(16);
  FREQUENCIES.forEach((frequency, byte) => {
    add(low, byte & 15, frequency);
    add(firsts, mixPair(byte, 0), frequency);
    add(seconds, mixPair(0, byte), frequency);
  });
  for (const [first, share] of firsts.entries()) {
    seconds.forEach((other, second) =>
      add(mixed, first ^ second, share * other)
    );
  }
  return { low, mixed };
}
