/**
 * Finds the lines of a chunk that hold a literal, in its bytes.
 *
 * @module
 */

import { guessOdds } from "./guess_odds.ts";
import type { Literal } from "./literal.ts";
import {
  planIndex,
  type PlannedIndex,
  type ScanKind,
} from "./literal_index.ts";
import {
  MARK_BYTES,
  sizeOfMarkLists,
  type SlotsOfLiterals,
  writeMarkLists,
} from "./mark_lists.ts";
import { type MemoryPart, MemoryPlan } from "./memory_plan.ts";
import { sampleOdds } from "./sample_odds.ts";
import {
  instantiateScan,
  LINE_PLACE,
  LineWord,
  type ScanExports,
} from "./scan_module.ts";
import { Tuning } from "./tuning.ts";
import type { WindowOdds } from "./window_odds.ts";

/** Up to so many literals fingerprints are the fastest. */
export const MOST_FOR_FINGERPRINTS = 192;

/** Bytes of a chunk that are scanned in one go, and of the buffer for readers. */
const INPUT_BYTES = 256 << 10;

/** Triples that one call may find; all literals must have room. */
const LEAST_TRIPLES = 2048;

const TRIPLE_BYTES = 12;

const NEWLINE = 10;

/** How literals are looked for, and for whom. */
export interface PrefilterOptions {
  /** Default by the number of literals. */
  readonly kind?: ScanKind;
  /** For each literal the slots that want to know of it; default one of its own, by its index. */
  readonly slots?: SlotsOfLiterals;
  readonly slotCount?: number;
  /** How much of the memory is the caller's. */
  readonly spareBytes?: number;
}

/**
 * Literals, ready to be looked for; one at work at a time.
 *
 *     prefilter.begin(bytes);
 *     while (prefilter.next()) { …the line from lineStart to lineEnd: marks[slot] === lineNumber where it holds a literal of the slot… }
 *     prefilter.lineCount
 */
export class Prefilter {
  /** A reader may read into it: bytes that lie there are not copied. Valid as long as the prefilter is. */
  readonly input: Uint8Array<ArrayBuffer>;
  /** A part of the memory that is the caller's. */
  readonly spare: MemoryPart;
  /** Place of the line in the bytes. */
  lineStart = 0;
  /** Behind its last byte; its newline is not part of it. */
  lineEnd = 0;
  /** What slots are marked with of which the line holds a literal; no two lines have the same. */
  lineNumber = 0;
  /** By slot; 0 where no line has met it. */
  readonly marks: Uint32Array;
  /** Lines of the bytes, complete once `next` returned false. */
  lineCount = 0;
  /** Whether all bytes up to the line, its own included, are ASCII; false where that was not looked at. */
  isAscii = true;

  /** How the literals are looked for. */
  readonly kind: ScanKind;

  readonly #scan: ScanExports;
  readonly #index: PlannedIndex;
  readonly #tuning = new Tuning();
  readonly #memory: ArrayBuffer;
  readonly #copy: Uint8Array;
  readonly #triples: Uint32Array;
  /** The line that was handed over. */
  readonly #line: Uint32Array;
  readonly #literalCount: number;
  #bytes: Uint8Array = new Uint8Array(0);
  /** First byte of those that are in the memory. */
  #from = 0;
  /** First byte that was not scanned yet. */
  #rest = 0;
  /** From places in the memory to places in the bytes. */
  #shift = 0;
  #isPieceDone = true;

  /** @param literals distinct, none empty */
  constructor(
    literals: readonly Literal[],
    {
      kind = chooseKind(literals),
      slots = literals.map((_, id) => [id]),
      slotCount = literals.length,
      spareBytes = 0,
    }: PrefilterOptions = {},
  ) {
    this.kind = kind;
    this.#literalCount = literals.length;
    const plan = new MemoryPlan();
    this.#index = planIndex(literals, kind, plan);
    const seen = plan.reserve(4 * literals.length);
    const tripleCount = LEAST_TRIPLES + literals.length;
    const triples = plan.reserve(tripleCount * TRIPLE_BYTES);
    const input = plan.reserve(INPUT_BYTES);
    const copy = plan.reserve(INPUT_BYTES);
    const place = plan.reserve(spareBytes);
    const marks = plan.reserve(MARK_BYTES * slotCount);
    const lists = plan.reserve(sizeOfMarkLists(slots));
    const memory = plan.createMemory();
    this.spare = { memory, place, length: spareBytes };
    this.#memory = memory.buffer as ArrayBuffer;
    this.input = new Uint8Array(this.#memory, input, INPUT_BYTES);
    this.#copy = new Uint8Array(this.#memory, copy, INPUT_BYTES);
    this.#triples = new Uint32Array(this.#memory, triples, 3 * tripleCount);
    this.marks = new Uint32Array(this.#memory, marks, slotCount);
    this.#line = new Uint32Array(this.#memory, LINE_PLACE, 3);
    writeMarkLists(slots, this.#memory, { at: lists, marks });
    this.#scan = instantiateScan(memory);
    this.#scan.placeMarks(lists);
    const end = triples + tripleCount * TRIPLE_BYTES;
    this.#scan.place(triples, end, seen, literals.length);
    this.#writeIndex(guessOdds);
  }

  /** Places so far that looked like a literal, and were none. */
  get wrongCount(): number {
    return this.#scan.wrongCount.value;
  }

  /** Goes on to the next line of those that were scanned, as far as code in the same memory sees it. */
  get nextLine(): ScanExports["nextLine"] {
    return this.#scan.nextLine;
  }

  /** @param bytes whole lines, unchanged until `next` returns false */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#from = this.#rest = 0;
    this.#isPieceDone = true;
    this.lineCount = 0;
    this.isAscii = true;
    // Who threw in the middle of other bytes left some lines of theirs.
    this.#scan.offer(0);
  }

  /** @returns whether there is a further line with a literal */
  next(): boolean {
    while (this.#scan.nextLine() === 0) if (!this.#findMore()) return false;
    const line = this.#line;
    const shift = this.#shift;
    this.lineStart = (line[LineWord.start] ?? 0) + shift;
    this.lineEnd = (line[LineWord.end] ?? 0) + shift;
    this.lineNumber = line[LineWord.number] ?? 0;
    return true;
  }

  /** @returns the place of a byte in the memory, until `next` is called again; -1 where it is not there */
  placeOf(at: number): number {
    const bytes = this.#bytes;
    if (bytes.buffer === this.#memory) return bytes.byteOffset + at;
    return at >= this.#from && at < this.#rest ? at - this.#shift : -1;
  }

  /** @returns false at the end of the bytes */
  #findMore(): boolean {
    if (this.#isPieceDone && !this.#beginPiece()) return false;
    if (this.#isPieceDone) return true;
    this.#runScan();
    this.#isPieceDone = this.#scan.isDone.value !== 0;
    return true;
  }

  #runScan(): number {
    return this.kind === "tree"
      ? this.#scan.scanTree()
      : this.#scan.scanFingerprints();
  }

  /** @returns false at the end of the bytes */
  #beginPiece(): boolean {
    const bytes = this.#bytes;
    const from = this.#rest;
    if (from >= bytes.length) return false;
    const to = this.#endOfPiece(from);
    this.#rest = to;
    if (to - from > INPUT_BYTES) this.#takeWhole(from, to);
    else this.#beginScan(this.#locate(from, to), from, to - from);
    return true;
  }

  #beginScan(place: number, from: number, length: number): void {
    this.#from = from;
    this.#shift = from - place;
    this.#tune(new Uint8Array(this.#memory, place, length));
    this.#scan.begin(place, place + length);
    this.lineCount += this.#scan.lineCount.value;
    this.isAscii &&= this.#scan.isAscii.value !== 0;
    this.#isPieceDone = this.#literalCount === 0;
  }

  /** Where much was compared in vain, windows are chosen by what the log holds: 2.2 comparisons a line became 0.02. */
  #tune(piece: Uint8Array): void {
    if (this.kind === "tree") return;
    const sample = this.#tuning.sampleOf(piece, this.wrongCount);
    if (sample !== undefined) this.#writeIndex(sampleOdds(sample));
  }

  #writeIndex(odds: WindowOdds): void {
    this.#index.write(this.#memory, this.#scan, odds);
  }

  /** As many whole lines as fit, or one line that does not. */
  #endOfPiece(from: number): number {
    const bytes = this.#bytes;
    const most = from + INPUT_BYTES;
    if (most >= bytes.length) return bytes.length;
    const newline = bytes.lastIndexOf(NEWLINE, most - 1);
    if (newline >= from) return newline + 1;
    const next = bytes.indexOf(NEWLINE, most);
    return next < 0 ? bytes.length : next + 1;
  }

  /** @returns the place of these bytes in the memory */
  #locate(from: number, to: number): number {
    const bytes = this.#bytes;
    if (bytes.buffer === this.#memory) return bytes.byteOffset + from;
    this.#copy.set(bytes.subarray(from, to));
    return this.#copy.byteOffset;
  }

  /** A line that is too long to be scanned may hold any literal. */
  #takeWhole(from: number, to: number): void {
    const end = this.#bytes[to - 1] === NEWLINE ? to - 1 : to;
    this.#from = this.#rest;
    this.#shift = 0;
    this.lineCount++;
    this.isAscii = false;
    const count = this.#literalCount;
    for (let id = 0; id < count; id++) {
      this.#triples.set([from, end, id], 3 * id);
    }
    this.#scan.offer(count);
  }
}

function chooseKind({ length }: readonly Literal[]): ScanKind {
  return length <= MOST_FOR_FINGERPRINTS ? "fingerprints" : "tree";
}
