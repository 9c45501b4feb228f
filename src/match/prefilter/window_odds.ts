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

/** Words of a set of windows, one bit for each. */
const SET_WORDS = MOST_WINDOWS / 32;

/** As many windows are there. */
const WINDOW_VALUES = 1 << 24;

/** Low and high nibbles of three bytes. */
const TABLES = 6;

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
  const sets = indexNibbles(windows);
  const passing = new Uint32Array(SET_WORDS);
  return (nibbles) => {
    passing.fill(0xffffffff);
    for (let table = 0; table < TABLES; table++) {
      keepThose(passing, sets, 16 * table, nibbles[table] ?? 0);
    }
    let odds = GUESS_WEIGHT * guessOdds(nibbles);
    for (let word = 0; word < SET_WORDS; word++) {
      for (let rest = passing[word] ?? 0; rest !== 0; rest &= rest - 1) {
        odds += shares[32 * word + lowestBit(rest)] ?? 0;
      }
    }
    return odds;
  };
}

/** For each nibble at each place the windows that have it: sixteen sets for the low one of the first byte, and so on. */
function indexNibbles(windows: Uint32Array): Uint32Array {
  const sets = new Uint32Array(TABLES * 16 * SET_WORDS);
  for (const [index, window] of windows.entries()) {
    const bit = 1 << (index & 31);
    for (let table = 0; table < TABLES; table++) {
      const byte = window >> 16 - 8 * (table >> 1);
      const nibble = (table & 1) === 0 ? byte & 15 : byte >> 4 & 15;
      const at = (16 * table + nibble) * SET_WORDS + (index >> 5);
      sets[at] = (sets[at] ?? 0) | bit;
    }
  }
  return sets;
}

/** Leaves in `passing` what also is in one of the sets that the nibbles name. */
function keepThose(
  passing: Uint32Array,
  sets: Uint32Array,
  first: number,
  nibbles: number,
): void {
  for (let word = 0; word < SET_WORDS; word++) {
    if (passing[word] === 0) continue;
    let any = 0;
    for (let rest = nibbles; rest !== 0; rest &= rest - 1) {
      any |= sets[(first + lowestBit(rest)) * SET_WORDS + word] ?? 0;
    }
    passing[word] = (passing[word] ?? 0) & any;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** The commonest first, each as its three bytes in one number. */
function countWindows(sample: Uint8Array) {
  const all = new Uint32Array(Math.max(0, sample.length - 2));
  for (let at = 0; at < all.length; at++) {
    all[at] = (sample[at] ?? 0) << 16 | (sample[at + 1] ?? 0) << 8 |
      (sample[at + 2] ?? 0);
  }
  all.sort();
  // Count and window in one number, so that sorting needs no function.
  const counted: number[] = [];
  for (let from = 0, to = 0; from < all.length; from = to) {
    while (all[to] === all[from]) to++;
    counted.push((to - from) * WINDOW_VALUES + (all[from] ?? 0));
  }
  const common = Float64Array.from(counted).sort().reverse()
    .subarray(0, MOST_WINDOWS);
  return {
    windows: Uint32Array.from(common, (each) => each % WINDOW_VALUES),
    shares: common.map((each) =>
      Math.floor(each / WINDOW_VALUES) / sample.length
    ),
  };
}

function frequencyOf(low: number, high: number): number {
  let sum = 0;
  for (let highs = high; highs !== 0; highs &= highs - 1) {
    const row = lowestBit(highs) << 4;
    for (let lows = low; lows !== 0; lows &= lows - 1) {
      sum += FREQUENCIES[row | lowestBit(lows)] ?? 0;
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
