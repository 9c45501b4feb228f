/**
 * Which lines of a jail the program decides about, and which go the long way.
 *
 * @module
 */

import type { LineHits } from "../line_hits.ts";
import type { LinePass } from "../line_pass.ts";
import type { StampMemo } from "../stamp_memo.ts";
import type { Subject } from "../subject.ts";
import type { ByteRoom } from "./byte_room.ts";
import type { ProgramParts } from "./line_layout.ts";
import {
  ASK,
  LineProgram,
  type ProgramPattern,
  UNKNOWN_STAMP,
} from "./line_program.ts";
import type { LineResult } from "./line_result.ts";

/** Lines of a turn, behind which the program is looked after. A prime, since lines come in turns. */
const TURN = 251;

/** The last line of each so many turns goes the long way, on which each pattern's time is taken: it costs as much as ten others. */
const TURNS_A_SAMPLE = 5;

/**
 * Turns for which a program rests at the most that was of no use in more than half of the lines of one: first a single one,
 * since its patterns may be written meanwhile, and then twice as many each time.
 */
const MOST_TURNS_OF_REST = 16;

/** Decides about the lines that lie in the memory, once enough patterns run there. */
export class LineLane {
  /** Whether the line at hand is one whose patterns are timed. */
  isSampled = false;
  readonly #parts: ProgramParts<ProgramPattern> | undefined;
  readonly #room: ByteRoom | undefined;
  #program: LineProgram | undefined;
  #lines = 0;
  #turns = 0;
  #asked = 0;
  #turnsOfRest = 0;
  #nextRest = 1;
  #hasNoRoom = false;

  /** @param parts absent: all lines go the long way */
  constructor(
    parts: ProgramParts<ProgramPattern> | undefined,
    room: ByteRoom | undefined,
  ) {
    this.#parts = parts;
    this.#room = room;
  }

  /** What the last line that a pattern hit caught. */
  get result(): LineResult | undefined {
    return this.#program?.result;
  }

  /**
   * Begins a line.
   *
   * @param stamps the one that lines of the jail begin with
   * @returns the index of the fail pattern that hits, NOTHING, ASK where each pattern has to be run on its own, or UNKNOWN_STAMP
   */
  decideLine(pass: LinePass, hits: LineHits, stamps: StampMemo): number {
    this.isSampled = false;
    if (++this.#lines === TURN) this.#endTurn(hits.place, stamps.place);
    const program = this.#working;
    if (program === undefined || pass.place < 0) return UNKNOWN_STAMP;
    const index = program.decideLine(pass, hits.mark);
    if (index !== UNKNOWN_STAMP) stamps.noteUse(pass.line);
    return this.#count(index);
  }

  /**
   * Goes over lines behind the one that was begun, as far as the program decides about them, but for the last of a turn.
   *
   * @param isAscii whether all of them are known to be
   * @param stamps the one that lines of the jail begin with
   * @returns hits; `goToRow` goes to one, and where they are MOST_ROWS there may be more
   */
  decideLines(isAscii: boolean, stamps: StampMemo): number {
    const program = this.#working;
    if (program === undefined) return 0;
    const hits = program.decideLines(TURN - 1 - this.#lines, isAscii);
    this.#lines += program.linesAhead;
    stamps.noteUses(program.linesAhead);
    return hits;
  }

  /** Lines that were gone over the last time. */
  get linesAhead(): number {
    return this.#working?.linesAhead ?? 0;
  }

  /** Lets the result be that of another hit. */
  goToRow(row: number): LineResult | undefined {
    this.#program?.goToRow(row);
    return this.result;
  }

  /** The same with the line that was begun, without its date. @param stamp number of its stamp, 0 where it has none */
  decide(subject: Subject, hits: LineHits, stamp: number): number {
    const program = this.#working;
    if (program === undefined || subject.from < 0) return ASK;
    program.judge(stamp);
    return this.#count(program.decide(subject, hits.mark));
  }

  /** Told behind the last line of each chunk. */
  endChunk(): void {
    this.#program?.handOver();
  }

  /** The program, unless it rests or the line is sampled. */
  get #working(): LineProgram | undefined {
    return this.isSampled || this.#turnsOfRest > 0 ? undefined : this.#program;
  }

  #count(index: number): number {
    if (index === ASK) this.#asked++;
    return index;
  }

  #endTurn(marks: number, stamp: number): void {
    this.isSampled = ++this.#turns % TURNS_A_SAMPLE === 0;
    if (this.#turnsOfRest > 0) this.#turnsOfRest--;
    else if (2 * this.#asked <= this.#lines) this.#nextRest = 1;
    else {
      this.#turnsOfRest = this.#nextRest;
      this.#nextRest = Math.min(2 * this.#nextRest, MOST_TURNS_OF_REST);
    }
    this.#lines = this.#asked = 0;
    if (this.#program !== undefined) this.#program.refresh();
    else if (!this.#hasNoRoom) this.#create(marks, stamp);
  }

  /** Most lines are told apart by the first pattern. */
  #create(marks: number, stamp: number): void {
    const parts = this.#parts;
    const room = this.#room;
    if (parts === undefined || room === undefined) return;
    const { prefix, fail } = parts;
    const first = prefix === undefined ? fail : [prefix];
    if (!first.some(({ pattern }) => pattern.written !== undefined)) return;
    this.#program = LineProgram.create(parts, { room, marks, stamp });
    this.#hasNoRoom = this.#program === undefined;
  }
}
