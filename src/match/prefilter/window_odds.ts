/**
 * How often a log holds a window, so that the rarest part of a literal is searched for.
 *
 * @module
 */

/** Nibbles that the bytes of a window may have, a bit for each: low and high of the first byte, of the second, and so on. */
export type Nibbles = readonly number[];

/** How often windows of such nibbles come: the share of a log's places, about. */
export type WindowOdds = (nibbles: Nibbles) => number;

/** Bytes of logs by how often they come, roughly; capitals and what is not listed are rarer still. */
const COMMON_BYTES = ' etao:.nsrid01-lcu2mp345h6789gfb[]=yvw/k_,"()';

/** The tenth byte comes about a third as often as the first. */
const FIRST_RANK = 5;

/** Of each byte that is not listed. */
const RARE = 1 / 400;

/** Windows that are counted apart; the rarer ones of a log make no difference. */
const MOST_WINDOWS = 1024;

/** What is guessed weighs little beside what was seen: enough to tell windows apart that were not. */
const GUESS_WEIGHT = 1e-3;

const FREQUENCIES = guessFrequencies();

/**
 * Guesses, before anything of the log is known: bytes come as often as in most logs, whatever is before them.
 *
 * @returns see `WindowOdds`
 */
export function guessOdds(nibbles: Nibbles): number {
  let odds = 1;
  for (let at = 0; at < nibbles.length; at += 2) {
    odds *= frequencyOf(nibbles[at] ?? 0, nibbles[at + 1] ?? 0);
  }
  return odds;
}

/**
 * Counts the windows of three bytes in a part of the log.
 *
 * @param sample some kilobytes
 */
export function sampleOdds(sample: Uint8Array): WindowOdds {
  const { windows, shares } = countWindows(sample);
  return (nibbles) => {
    const [low0 = 0, high0 = 0, low1 = 0, high1 = 0, low2 = 0, high2 = 0] =
      nibbles;
    let odds = GUESS_WEIGHT * guessOdds(nibbles);
    for (let i = 0; i < windows.length; i++) {
      const window = windows[i] ?? 0;
      const passes = (high0 >> (window >> 20)) & (low0 >> (window >> 16 & 15)) &
        (high1 >> (window >> 12 & 15)) & (low1 >> (window >> 8 & 15)) &
        (high2 >> (window >> 4 & 15)) & (low2 >> (window & 15)) & 1;
      if (passes !== 0) odds += shares[i] ?? 0;
    }
    return odds;
  };
}

/** The commonest first, each as its three bytes in one number. */
function countWindows(sample: Uint8Array) {
  const seen = new Map<number, number>();
  let window = 0;
  for (const [at, byte] of sample.entries()) {
    window = (window << 8 | byte) & 0xffffff;
    if (at >= 2) seen.set(window, (seen.get(window) ?? 0) + 1);
  }
  const common = [...seen].sort(([, a], [, b]) => b - a).slice(0, MOST_WINDOWS);
  return {
    windows: Uint32Array.from(common, ([window]) => window),
    shares: Float64Array.from(common, ([, count]) => count / sample.length),
  };
}

function frequencyOf(low: number, high: number): number {
  let sum = 0;
  for (let highs = high; highs !== 0; highs &= highs - 1) {
    const row = (31 - Math.clz32(highs & -highs)) << 4;
    for (let lows = low; lows !== 0; lows &= lows - 1) {
      sum += FREQUENCIES[row | 31 - Math.clz32(lows & -lows)] ?? 0;
    }
  }
  return sum;
}

function guessFrequencies(): Float64Array {
  const frequencies = Float64Array.from({ length: 256 }, (_, byte) => {
    const rank = COMMON_BYTES.indexOf(String.fromCharCode(byte));
    return rank < 0 ? RARE : 1 / (rank + FIRST_RANK);
  });
  const sum = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  return frequencies.map((frequency) => frequency / sum);
}
