/**
 * How often a log holds a window, by a part of it.
 *
 * @module
 */

import {
  FINGERPRINT_BYTES,
  FINGERPRINT_NIBBLES,
  mixPair,
  nibblesOf,
} from "./fingerprint.ts";
import {
  add,
  lowestBit,
  multiplyShares,
  type NibbleShares,
  type WindowOdds,
} from "./window_odds.ts";

/** Windows that are counted apart; the rarer ones of a log make no difference. */
const MOST_WINDOWS = 1024;

/** Words of a set of windows, one bit for each. */
const SET_WORDS = MOST_WINDOWS / 32;

/** As many windows are there. */
const WINDOW_VALUES = 2 ** (8 * FINGERPRINT_BYTES);

/** What windows that were not seen would come to weighs little, but tells them apart. */
const UNSEEN_WEIGHT = 1e-3;

/**
 * Counts the windows in a part of the log.
 *
 * @param sample some kilobytes
 */
export function sampleOdds(sample: Uint8Array): WindowOdds {
  const { windows, shares } = countWindows(sample);
  const nibbleShares = countNibbles(sample);
  const sets = indexNibbles(windows);
  const passing = new Uint32Array(SET_WORDS);
  return (fingerprint) => {
    passing.fill(0xffffffff);
    for (const [table, nibbles] of fingerprint.entries()) {
      keepThose(passing, sets, 16 * table, nibbles);
    }
    let odds = UNSEEN_WEIGHT * multiplyShares(nibbleShares, fingerprint);
    for (let word = 0; word < SET_WORDS; word++) {
      for (let rest = passing[word] ?? 0; rest !== 0; rest &= rest - 1) {
        odds += shares[32 * word + lowestBit(rest)] ?? 0;
      }
    }
    return odds;
  };
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

function countNibbles(sample: Uint8Array): NibbleShares {
  const low = new Float64Array(16);
  const mixed = new Float64Array(16);
  const share = 1 / sample.length;
  for (let at = 1; at < sample.length; at++) {
    const byte = sample[at] ?? 0;
    add(low, byte & 15, share);
    add(mixed, mixPair(sample[at - 1] ?? 0, byte), share);
  }
  return { low, mixed };
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
