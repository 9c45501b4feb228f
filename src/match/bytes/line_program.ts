/**
 * All patterns of a jail on the bytes of a line, in one call.
 *
 * @module
 */

import type { LinePass } from "../line_pass.ts";
import type { MeteredPattern } from "../metered_pattern.ts";
import type { Subject } from "../subject.ts";
import { type ByteRoom, NEXT_LINE } from "./byte_room.ts";
import {
  type LaidPattern,
  type LaidProgram,
  layLineProgram,
  type LineLayout,
  PatternField,
  ProgramField,
  type ProgramParts,
} from "./line_layout.ts";
import type { LineExports } from "./line_module.ts";
import { LINE_PLACE, LineWord } from "../prefilter/scan_module.ts";
import type { LineResult } from "./line_result.ts";
import { FAILED, GIVEN_UP } from "./verdicts.ts";

/** Hits that it finds on several lines at the most. */
export const MOST_ROWS = 64;

/** Groups have a bit each. */
const MOST_GROUPS = 32;

const WORD_BYTES = 4;

/** No pattern hits. */
export const NOTHING = FAILED;

/** Others have to tell. */
export const ASK = GIVEN_UP;

/** Others have to tell when the line was written. */
export const UNKNOWN_STAMP = -3;

/** A pattern of a program. */
export interface ProgramPattern {
  readonly pattern: MeteredPattern;
  /** Places that its groups have in the jail's table, -1 for one that is left out. */
  readonly places: readonly number[];
  /** Whether each group stands for itself; else others have to run it. */
  readonly isPlain: boolean;
}

/** Where a program is, and what it reads. */
export interface ProgramPlaces extends Pick<LaidProgram, "marks" | "stamp"> {
  readonly room: ByteRoom;
}

/** Patterns that do not run on bytes, or not yet, leave the lines that they would be run on to others. */
export class LineProgram {
  /** Of the last line on which a pattern hit, or of the row that was gone to. */
  readonly result: LineResult;
  readonly #exports: LineExports;
  readonly #program: number;
  readonly #words: Uint32Array;
  /** Place of the first result in the words, and from one to the next. */
  readonly #firstResult: number;
  readonly #rowWords: number;
  /** With their places in the words. */
  readonly #patterns: readonly (readonly [ProgramPattern, number])[];

  /** @returns undefined where there can be none, or no room for it */
  static create(
    parts: ProgramParts<ProgramPattern>,
    { room, marks, stamp }: ProgramPlaces,
  ): LineProgram | undefined {
    const { prefix, groupCount } = parts;
    const isHead = prefix === undefined || prefix.pattern.source.isHead;
    if (!isHead || groupCount > MOST_GROUPS) return undefined;
    const layout = layLineProgram({
      ...parts,
      prefix: prefix && toLaid(prefix),
      fail: parts.fail.map(toLaid),
      ignore: parts.ignore.map(toLaid),
      marks,
      stamp,
      rowCount: room.hasNextLine ? MOST_ROWS : 1,
    }, room.end);
    const isRoom = room.reserve(WORD_BYTES * layout.words.length);
    return isRoom ? new LineProgram(parts, layout, room) : undefined;
  }

  private constructor(
    { prefix, fail, ignore }: ProgramParts<ProgramPattern>,
    layout: LineLayout,
    { memory, lines }: ByteRoom,
  ) {
    const { buffer } = memory;
    this.#words = new Uint32Array(buffer);
    this.#words.set(layout.words, layout.place / WORD_BYTES);
    this.#exports = lines;
    this.#program = layout.program;
    this.#firstResult = layout.result / WORD_BYTES;
    this.#rowWords = layout.rowWords;
    this.result = { words: new Int32Array(buffer), at: this.#firstResult };
    const all = [...prefix === undefined ? [] : [prefix], ...fail, ...ignore];
    const first = prefix === undefined ? [] : [layout.prefix];
    const at = [...first, ...layout.fail, ...layout.ignore];
    this.#patterns = all.map((pattern, index) =>
      [pattern, (at[index] ?? 0) / WORD_BYTES] as const
    );
    this.refresh();
  }

  /** Takes over what runs on bytes by now. */
  refresh(): void {
    for (const [{ pattern, isPlain }, at] of this.#patterns) {
      const written = isPlain ? pattern.written : undefined;
      this.#words[at + PatternField.function] = written?.index ?? 0;
      this.#words[at + PatternField.slots] = written?.slots.byteOffset ?? 0;
    }
  }

  /** Hands the counts of runs over to the patterns. */
  handOver(): void {
    for (const [{ pattern }, at] of this.#patterns) {
      const candidates = this.#take(at + PatternField.candidates);
      if (candidates > 0) {
        pattern.addRuns(candidates, this.#take(at + PatternField.hits));
      }
    }
  }

  /** Lines with the stamp of this number count. */
  judge(stamp: number): void {
    this.#set(ProgramField.judged, stamp);
  }

  /**
   * @param subject in the memory
   * @param mark of the line, which the slots of its literals bear
   * @returns the index of the fail pattern that hits, what was caught being in the result; else NOTHING or ASK
   */
  decide({ from, to }: Subject, mark: number): number {
    this.goToRow(0);
    try {
      return this.#exports.decide(this.#program, from, to, mark);
    } catch (error) {
      return askIfDeep(error);
    }
  }

  /** @param pass stands at a line in the memory @returns also UNKNOWN_STAMP, where it begins with another one than was judged */
  decideLine(
    { place, start, lineEnd, isAscii }: LinePass,
    mark: number,
  ): number {
    const end = place + lineEnd - start;
    this.goToRow(0);
    try {
      return this.#exports.decideLine(this.#program, place, end, mark, isAscii);
    } catch (error) {
      return askIfDeep(error);
    }
  }

  /**
   * Decides about the next lines that the scan found, as far as it can and there is a row for each hit; it tells about the
   * others as about any line.
   *
   * @param most lines
   * @param isAscii whether all of them are known to be
   * @returns hits; `goToRow` goes to one
   */
  decideLines(most: number, isAscii: boolean): number {
    try {
      this.#exports.decideLines(this.#program, NEXT_LINE, most, isAscii);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#words[LINE_PLACE / WORD_BYTES + LineWord.again] = 1;
      this.#set(ProgramField.result, WORD_BYTES * this.#firstResult);
    }
    return this.#get(ProgramField.hits);
  }

  /** Lines that were decided about so. */
  get linesAhead(): number {
    return this.#get(ProgramField.lines);
  }

  /** Lets the result be that of another hit. */
  goToRow(row: number): void {
    this.result.at = this.#firstResult + row * this.#rowWords;
  }

  #get(field: number): number {
    return this.#words[this.#program / WORD_BYTES + field] ?? 0;
  }

  #set(field: number, value: number): void {
    this.#words[this.#program / WORD_BYTES + field] = value;
  }

  #take(at: number): number {
    const count = this.#words[at] ?? 0;
    this.#words[at] = 0;
    return count;
  }
}

/** Each way that is open is a function that has not returned, and there is room for so many. */
function askIfDeep(error: unknown): number {
  if (error instanceof RangeError) return ASK;
  throw error;
}

function toLaid({ pattern, places }: ProgramPattern): LaidPattern {
  const { numbers } = pattern.source.parsed;
  const groups = pattern.groups.flatMap((name, index) => {
    const number = numbers.get(name);
    const place = places[index] ?? -1;
    return number === undefined || place < 0 ? [] : [[number, place] as const];
  });
  return { slot: pattern.slot, groups };
}
