/**
 * How literals are looked for, as tables in the memory of scan.as.
 *
 * @module
 */

import {
  BUCKET_COUNT,
  fillBuckets,
  MASK_BYTES,
  writeMasks,
} from "./buckets.ts";
import { buildByteTree } from "./byte_tree.ts";
import { FINGERPRINT_BYTES, fingerprintOf } from "./fingerprint.ts";
import { guessBytes } from "./guess_odds.ts";
import {
  type EncodedLiteral,
  encodeLiteral,
  type Literal,
  type WindowChoice,
} from "./literal.ts";
import { sizeOfRecords, writeRecords } from "./literal_records.ts";
import type { MemoryPlan } from "./memory_plan.ts";
import type { ScanExports } from "./scan_module.ts";
import type { WindowOdds } from "./window_odds.ts";
import { mostQuadBytes, writeQuads } from "./window_quads.ts";

/** By fingerprints or by a tree: see docs/decisions/0009. */
export type ScanKind = "fingerprints" | "tree";

/** Longer windows make the tree larger, and rule out no more lines. */
const TREE_WINDOW_BYTES = 6;

/** Classes are looked up as distances in a row. */
const CLASS_MAP_BYTES = 2 * 256;

/** Tables that have their places, and are written once the memory is there. */
export interface PlannedIndex {
  /** @param odds the literals' windows are chosen by them; a tree was made by guessed ones, and stays */
  write(memory: ArrayBuffer, scan: ScanExports, odds: WindowOdds): void;
}

/** Places of lists, and what they are lists of. */
interface PlannedLists {
  readonly place: number;
  readonly groups: readonly (readonly number[])[];
  readonly records: readonly number[];
}

/** Reserves places. */
export function planIndex(
  literals: readonly Literal[],
  kind: ScanKind,
  plan: MemoryPlan,
): PlannedIndex {
  return kind === "tree"
    ? planTree(literals, plan)
    : planFingerprints(literals, plan);
}

function encodeAll(
  literals: readonly Literal[],
  choice: WindowChoice,
): readonly EncodedLiteral[] {
  return literals.map((literal) => encodeLiteral(literal, choice));
}

function planFingerprints(
  literals: readonly Literal[],
  plan: MemoryPlan,
): PlannedIndex {
  const encode = (oddsOf: WindowChoice["oddsOf"]) =>
    encodeAll(literals, { windowBytes: FINGERPRINT_BYTES, oddsOf });
  // Records are as long whichever window is chosen.
  const recordsAt = plan.reserve(sizeOfRecords(encode(() => 0)));
  const masks = plan.reserve(MASK_BYTES);
  const bucketsAt = plan.reserve(8 * BUCKET_COUNT);
  const quadsAt = plan.reserve(mostQuadBytes(literals.length, BUCKET_COUNT));
  return {
    write(memory, scan, odds) {
      const encoded = encode((literal) => odds(fingerprintOf(literal)));
      const buckets = fillBuckets(encoded, odds);
      const records = writeRecords(encoded, new Uint8Array(memory), recordsAt);
      const placed = encoded.map((literal, index) => ({
        literal,
        record: records[index] ?? 0,
      }));
      writeMasks(buckets, encoded, new Uint8Array(memory, masks, MASK_BYTES));
      const table = new Uint32Array(memory, bucketsAt, 2 * BUCKET_COUNT);
      let at = quadsAt;
      for (const [bucket, members] of buckets.entries()) {
        const from = at;
        const own = members.flatMap((member) => placed[member] ?? []);
        at = writeQuads(own, memory, at);
        table.set([from, at], 2 * bucket);
      }
      scan.placeFingerprints(masks, bucketsAt);
    },
  };
}

function planTree(
  literals: readonly Literal[],
  plan: MemoryPlan,
): PlannedIndex {
  const encoded = encodeAll(literals, {
    windowBytes: TREE_WINDOW_BYTES,
    oddsOf: ({ bytes, windowStart, windowEnd }) =>
      guessBytes(bytes.subarray(windowStart, windowEnd)),
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
