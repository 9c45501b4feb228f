/**
 * How often a log holds a window, so that the rarest part of a literal is searched for.
 *
 * @module
 */

import {
  type Fingerprint,
  FINGERPRINT_BYTES,
  FINGERPRINT_NIBBLES,
  mixPair,
  nibblesOf,
} from "./fingerprint.ts";

/** How often windows of such a fingerprint come: the share of a log's places, about. */
export type WindowOdds = (fingerprint: Fingerprint) => number;

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
const WINDOW_VALUES = 2 ** (8 * FINGERPRINT_BYTES);

/** What is guessed weighs little beside what was seen: enough to tell windows apart that were not. */
const GUESS_WEIGHT = 1e-3;

const FREQUENCIES = guessFrequencies();

/** What each byte brings to a pair's mixed nibble, by its low nibble, as the first of the two and as the second. */
const FIRSTS = sumByNibbles((byte) => mixPair(byte, 0));
const SECONDS = sumByNibbles((byte) => mixPair(0, byte));

/**
 * Guesses, before anything of the log is known: bytes come as often as in most logs, whatever is before them.
 *
 * @returns see `WindowOdds`
 */
export function guessOdds(fingerprint: Fingerprint): number {
  const [low0 = 0, low1 = 0, low2 = 0, low3 = 0, high01 = 0, high23 = 0] =
    fingerprint;
  return oddsOfPair(low0, low1, high01) * oddsOfPair(low2, low3, high23);
}

/** @returns how often these bytes come one behind the other, by what is guessed of each */
export function guessBytes(bytes: Uint8Array): number {
  return bytes.reduce((odds, byte) => odds * (FREQUENCIES[byte] ?? 0), 1);
}

/**
 * Counts the windows in a part of the log.
 *
 * @param sample some kilobytes
 */
export function sampleOdds(sample: Uint8Array): WindowOdds {
  const { windows, shares } = countWindows(sample);
  const sets = indexNibbles(windows);
  const passing = new Uint32Array(SET_WORDS);
  return (fingerprint) => {
    passing.fill(0xffffffff);
    for (const [table, nibbles] of fingerprint.entries()) {
      keepThose(passing, sets, 16 * table, nibbles);
    }
    let odds = GUESS_WEIGHT * guessOdds(fingerprint);
    for (let word = 0; word < SET_WORDS; word++) {
      for (let rest = passing[word] ?? 0; rest !== 0; rest &= rest - 1) {
        odds += shares[32 * word + lowestBit(rest)] ?? 0;
      }
    }
    return odds;
  };
}

/** For each nibble of a fingerprint the windows that have it: sixteen sets for the first one, and so on. */
function indexNibbles(windows: Uint32Array): Uint32Array {
  const sets = new Uint32Array(FINGERPRINT_NIBBLES * 16 * SET_WORDS);
  for (const [index, window] of windows.entries()) {
    const bit = 1 << (index & 31);
    for (const [table, nibble] of nibblesOfWindow(window).entries()) {
      const at = (16 * table + nibble) * SET_WORDS + (index >> 5);
      sets[at] = (sets[at] ?? 0) | bit;
    }
  }
  return sets;
}

function nibblesOfWindow(window: number): readonly number[] {
  return nibblesOf(
    window >>> 24,
    window >> 16 & 255,
    window >> 8 & 255,
    window & 255,
  );
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

/** The commonest first, each as its bytes in one number. */
function countWindows(sample: Uint8Array) {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.length);
  const all = new Uint32Array(
    Math.max(0, sample.length - FINGERPRINT_BYTES + 1),
  );
  for (let at = 0; at < all.length; at++) all[at] = view.getUint32(at);
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

/** The odds of two bytes: every mix of them that is one of the nibbles in `high`. */
function oddsOfPair(low: number, nextLow: number, high: number): number {
  const firsts = sumRows(FIRSTS, low);
  const seconds = sumRows(SECONDS, nextLow);
  let odds = 0;
  for (let mixed = 0; mixed < 16; mixed++) {
    if ((high >> mixed & 1) === 0) continue;
    for (let first = 0; first < 16; first++) {
      odds += (firsts[first] ?? 0) * (seconds[first ^ mixed] ?? 0);
    }
  }
  return odds;
}

/** Adds up the rows of these low nibbles. */
function sumRows(rows: Float64Array, nibbles: number): Float64Array {
  const sums = new Float64Array(16);
  for (let rest = nibbles; rest !== 0; rest &= rest - 1) {
    const row = lowestBit(rest) << 4;
    for (let at = 0; at < 16; at++) {
      sums[at] = (sums[at] ?? 0) + (rows[row | at] ?? 0);
    }
  }
  return sums;
}

function sumByNibbles(nibbleOf: (byte: number) => number): Float64Array {
  const rows = new Float64Array(16 * 16);
  FREQUENCIES.forEach((frequency, byte) => {
    const at = (byte & 15) << 4 | nibbleOf(byte);
    rows[at] = (rows[at] ?? 0) + frequency;
  });
  return rows;
}

function guessFrequencies(): Float64Array {
  const frequencies = Float64Array.from({ length: 256 }, (_, byte) => {
    const rank = COMMON_BYTES.indexOf(String.fromCharCode(byte));
    return rank < 0 ? RARE : 1 / (rank + FIRST_RANK);
  });
  const sum = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  return frequencies.map((frequency) => frequency / sum);
}
