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
import { type EncodedLiteral, encodeLiteral, type Literal } from "./literal.ts";
import { sizeOfRecords, writeRecords } from "./literal_records.ts";
import type { MemoryPlan } from "./memory_plan.ts";
import type { ScanExports } from "./scan_module.ts";

/** Fingerprints in eight or sixteen buckets, or a tree: see docs/decisions/0009. */
export type ScanKind = "eight" | "sixteen" | "tree";

/** Longer windows make the tree larger, and rule out no more lines. */
const TREE_WINDOW_BYTES = 6;

/** Classes are looked up as distances in a row. */
const CLASS_MAP_BYTES = 2 * 256;

/** Tables that have their places, and are written once the memory is there. */
export interface PlannedIndex {
  write(memory: ArrayBuffer, scan: ScanExports): void;
}

/** Places of lists, and what they are lists of. */
interface PlannedLists {
  readonly place: number;
  readonly groups: readonly (readonly number[])[];
  readonly records: readonly number[];
}

/** @returns the index of these literals, its places reserved */
export function planIndex(
  literals: readonly Literal[],
  kind: ScanKind,
  plan: MemoryPlan,
): PlannedIndex {
  const windowBytes = kind === "tree" ? TREE_WINDOW_BYTES : FINGERPRINT_BYTES;
  const encoded = literals.map((literal) =>
    encodeLiteral(literal, windowBytes)
  );
  const place = plan.reserve(sizeOfRecords(encoded));
  const writeTables = kind === "tree"
    ? planTree(encoded, plan)
    : planFingerprints(encoded, kind === "eight" ? 1 : 2, plan);
  return {
    write(memory, scan) {
      const records = writeRecords(encoded, new Uint8Array(memory), place);
      writeTables(memory, scan, records);
    },
  };
}

type WriteTables = (
  memory: ArrayBuffer,
  scan: ScanExports,
  records: readonly number[],
) => void;

function planFingerprints(
  literals: readonly EncodedLiteral[],
  passes: number,
  plan: MemoryPlan,
): WriteTables {
  const groups = fillBuckets(literals, passes * BUCKETS_A_PASS);
  const masks = plan.reserve(MASK_BYTES);
  const buckets = plan.reserve(8 * groups.length);
  const place = plan.reserve(4 * literals.length);
  return (memory, scan, records) => {
    writeMasks(groups, literals, new Uint8Array(memory, masks, MASK_BYTES));
    const table = new Uint32Array(memory, buckets, 2 * groups.length);
    writeLists({ place, groups, records }, memory, (bucket, list) => {
      table.set(list, 2 * bucket);
    });
    scan.placeFingerprints(masks, buckets);
  };
}

function planTree(
  literals: readonly EncodedLiteral[],
  plan: MemoryPlan,
): WriteTables {
  const { classes, classCount, next, outputs, firstOutput } = buildByteTree(
    literals,
  );
  // Behind the next row for each class stands the list of what the state ends.
  const columns = classCount + 2;
  const rowBytes = 4 * columns;
  const rows = plan.reserve(rowBytes * outputs.length);
  const map = plan.reserve(CLASS_MAP_BYTES);
  const place = plan.reserve(4 * outputs.flat().length);
  return (memory, scan, records) => {
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
