/**
 * How literals are looked for, as tables in the memory of scan.as.
 *
 * @module
 */

import { buildByteTree } from "./byte_tree.ts";
import {
  BUCKETS_A_PASS,
  fillBuckets,
  FINGERPRINT_BYTES,
  MASK_BYTES,
  writeMasks,
} from "./fingerprints.ts";
import {
  type EncodedLiteral,
  encodeLiteral,
  type Literal,
  type WindowChoice,
} from "./literal.ts";
import { sizeOfRecords, writeRecords } from "./literal_records.ts";
import type { MemoryPlan } from "./memory_plan.ts";
import type { ScanExports } from "./scan_module.ts";
import { guessOdds, type WindowOdds } from "./window_odds.ts";

/** Fingerprints in eight or sixteen buckets, or a tree: see docs/decisions/0009. */
export type ScanKind = "eight" | "sixteen" | "tree";

/** What a second pass of shuffles costs; nanoseconds a byte. */
const SECOND_PASS_NS = 0.1;

/** Longer windows make the tree larger, and rule out no more lines. */
const TREE_WINDOW_BYTES = 6;

/** Classes are looked up as distances in a row. */
const CLASS_MAP_BYTES = 2 * 256;

/** Tables that have their places, and are written once the memory is there. */
export interface PlannedIndex {
  /**
   * @param odds the literals' windows are chosen by them; a tree was made by guessed ones, and stays
   * @returns the way that is the fastest by them
   */
  write(memory: ArrayBuffer, scan: ScanExports, odds: WindowOdds): ScanKind;
}

/** Places of lists, and what they are lists of. */
interface PlannedLists {
  readonly place: number;
  readonly groups: readonly (readonly number[])[];
  readonly records: readonly number[];
}

/**
 * Reserves places.
 *
 * @param kinds ways to choose from: the tree alone, or fingerprints
 */
export function planIndex(
  literals: readonly Literal[],
  kinds: readonly ScanKind[],
  plan: MemoryPlan,
): PlannedIndex {
  return kinds.includes("tree")
    ? planTree(literals, plan)
    : planFingerprints(literals, kinds, plan);
}

function encodeAll(
  literals: readonly Literal[],
  choice: WindowChoice,
): readonly EncodedLiteral[] {
  return literals.map((literal) => encodeLiteral(literal, choice));
}

function planFingerprints(
  literals: readonly Literal[],
  kinds: readonly ScanKind[],
  plan: MemoryPlan,
): PlannedIndex {
  const encode = (odds: WindowOdds) =>
    encodeAll(literals, { windowBytes: FINGERPRINT_BYTES, odds });
  const recordsAt = plan.reserve(sizeOfRecords(encode(guessOdds)));
  const masks = plan.reserve(MASK_BYTES);
  const buckets = plan.reserve(8 * 2 * BUCKETS_A_PASS);
  const place = plan.reserve(4 * literals.length);
  return {
    write(memory, scan, odds) {
      const encoded = encode(odds);
      const { kind, groups } = chooseBuckets(encoded, kinds, odds);
      const records = writeRecords(encoded, new Uint8Array(memory), recordsAt);
      writeMasks(groups, encoded, new Uint8Array(memory, masks, MASK_BYTES));
      const table = new Uint32Array(memory, buckets, 2 * groups.length);
      writeLists({ place, groups, records }, memory, (bucket, list) => {
        table.set(list, 2 * bucket);
      });
      scan.placeFingerprints(masks, buckets);
      return kind;
    },
  };
}

/** The way that costs the least; one pass of shuffles where it does as well as two could. */
function chooseBuckets(
  literals: readonly EncodedLiteral[],
  kinds: readonly ScanKind[],
  odds: WindowOdds,
) {
  const [first = "eight", second] = kinds;
  const one = fillFor(first, literals, odds);
  if (second === undefined || one.cost <= SECOND_PASS_NS) return one;
  const two = fillFor(second, literals, odds);
  return two.cost + SECOND_PASS_NS < one.cost ? two : one;
}

function fillFor(
  kind: ScanKind,
  literals: readonly EncodedLiteral[],
  odds: WindowOdds,
) {
  const passes = kind === "eight" ? 1 : 2;
  return { kind, ...fillBuckets(literals, passes * BUCKETS_A_PASS, odds) };
}

function planTree(
  literals: readonly Literal[],
  plan: MemoryPlan,
): PlannedIndex {
  const encoded = encodeAll(literals, {
    windowBytes: TREE_WINDOW_BYTES,
    odds: guessOdds,
  });
  const recordsAt = plan.reserve(sizeOfRecords(encoded));
  const { classes, classCount, next, outputs, firstOutput } = buildByteTree(
    encoded,
  );
  // Behind the next row for each class stands the list of what the state ends.
  const columns = classCount + 2;
  const rowBytes = 4 * columns;
  const rows = plan.reserve(rowBytes * outputs.length);
  const map = plan.reserve(CLASS_MAP_BYTES);
  const place = plan.reserve(4 * outputs.flat().length);
  return {
    write(memory, scan) {
      const records = writeRecords(encoded, new Uint8Array(memory), recordsAt);
      const table = new Uint32Array(memory, rows, columns * outputs.length);
      next.forEach((state, index) => {
        const row = Math.floor(index / classCount);
        table[row * columns + index % classCount] = rows + rowBytes * state;
      });
      writeLists({ place, groups: outputs, records }, memory, (row, list) => {
        table.set(list, row * columns + classCount);
      });
      const distances = new Uint16Array(memory, map, classes.length);
      classes.forEach((index, byte) => distances[byte] = 4 * index);
      scan.placeTree(rows, rows + rowBytes * firstOutput, rowBytes, map);
      return "tree";
    },
  };
}

/** Writes lists of records one behind the other, and tells where each begins and ends. */
function writeLists(
  { place, groups, records }: PlannedLists,
  memory: ArrayBuffer,
  tell: (group: number, list: readonly [from: number, to: number]) => void,
): void {
  const view = new Uint32Array(memory);
  let at = place / 4;
  for (const [group, members] of groups.entries()) {
    const from = 4 * at;
    for (const member of members) view[at++] = records[member] ?? 0;
    tell(group, [from, 4 * at]);
  }
}
