/**
 * Literals as the records that scan.as compares with.
 *
 * @module
 */

import type { EncodedLiteral } from "./literal.ts";

/** Bytes of a record before its vectors. */
const HEAD_BYTES = 16;

/** Bytes of one vector. */
const VECTOR_BYTES = 16;

/** Bytes, fold and beyond for sixteen bytes of the literal. */
const PART_BYTES = 3 * VECTOR_BYTES;

/** @returns how many bytes the records of these literals take */
export function sizeOfRecords(literals: readonly EncodedLiteral[]): number {
  return literals.reduce((sum, literal) => sum + sizeOfRecord(literal), 0);
}

/**
 * Writes the records one behind the other.
 *
 * @param at place in the memory, a multiple of 16
 * @returns the place of each literal's record
 */
export function writeRecords(
  literals: readonly EncodedLiteral[],
  memory: Uint8Array,
  at: number,
): readonly number[] {
  let next = at;
  return literals.map((literal, id) => {
    const place = next;
    next += sizeOfRecord(literal);
    writeRecord(literal, id, memory.subarray(place, next));
    return place;
  });
}

function writeRecord(
  { bytes, fold, windowEnd }: EncodedLiteral,
  id: number,
  record: Uint8Array,
): void {
  const parts = countParts(bytes);
  const head = new DataView(record.buffer, record.byteOffset);
  [id, bytes.length, windowEnd - 1, parts].forEach((value, index) =>
    head.setUint32(4 * index, value, true)
  );
  for (let part = 0; part < parts; part++) {
    const from = part * VECTOR_BYTES;
    const at = HEAD_BYTES + part * PART_BYTES;
    record.set(bytes.subarray(from, from + VECTOR_BYTES), at);
    record.set(fold.subarray(from, from + VECTOR_BYTES), at + VECTOR_BYTES);
    const rest = Math.min(VECTOR_BYTES, bytes.length - from);
    const beyond = at + 2 * VECTOR_BYTES;
    record.fill(0xff, beyond + rest, beyond + VECTOR_BYTES);
  }
}

function sizeOfRecord({ bytes }: EncodedLiteral): number {
  return HEAD_BYTES + countParts(bytes) * PART_BYTES;
}

function countParts(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / VECTOR_BYTES);
}
