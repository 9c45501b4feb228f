/**
 * Which lines of a jail the program decides about, and which go the long way.
 *
 * @module
 */

import type { LineResult } from "../caught.ts";
import type { LineHits } from "../line_hits.ts";
import type { Subject } from "../subject.ts";
import type { ByteRoom } from "./byte_room.ts";
import { ASK, LineProgram, type ProgramParts } from "./line_program.ts";

/**
 * One line of so many goes the long way, on which each pattern's time is taken, and then the program is looked after. A prime,
 * since lines come in turns.
 */
const LONG_WAY_EVERY = 251;

/** Turns for which a program rests that was of no use in more than half of the lines of one. */
const TURNS_OF_REST = 16;

/** Decides about the lines that lie in the memory, once enough patterns run there. */
export class LineLane {
  /** Whether the line at hand is one whose patterns are timed. */
  isSampled = false;
  readonly #parts: ProgramParts | undefined;
  readonly #room: ByteRoom | undefined;
  #program: LineProgram | undefined;
  #lines = 0;
  #asked = 0;
  #turnsOfRest = 0;
  #hasNoRoom = false;

  /** @param parts absent: all lines go the long way */
  constructor(parts: ProgramParts | undefined, room: ByteRoom | undefined) {
    this.#parts = parts;
    this.#room = room;
  }

  /** What the last line that a pattern hit caught. */
  get result(): LineResult | undefined {
    return this.#program?.result;
  }

  /** @returns the index of the fail pattern that hits, NOTHING, or ASK where the line has to go the long way */
  decide(subject: Subject, hits: LineHits): number {
    this.isSampled = ++this.#lines === LONG_WAY_EVERY;
    if (this.isSampled) this.#endTurn(hits);
    const isResting = this.isSampled || this.#turnsOfRest > 0;
    if (this.#program === undefined || isResting || subject.from < 0) {
      return ASK;
    }
    const index = this.#program.decide(subject, hits.line);
    if (index === ASK) this.#asked++;
    return index;
  }

  /** Told behind the last line of each chunk. */
  endChunk(): void {
    this.#program?.handOver();
  }

  #endTurn({ place: marks }: LineHits): void {
    const isOfUse = 2 * this.#asked <= this.#lines;
    this.#turnsOfRest = isOfUse
      ? Math.max(0, this.#turnsOfRest - 1)
      : TURNS_OF_REST;
    this.#lines = this.#asked = 0;
    if (this.#program !== undefined) this.#program.refresh();
    else if (!this.#hasNoRoom) this.#create(marks);
  }

  /** Most lines are told apart by the first pattern. */
  #create(marks: number): void {
    const parts = this.#parts;
    const room = this.#room;
    if (parts === undefined || room === undefined) return;
    const { prefix, fail } = parts;
    const first = prefix === undefined ? fail : [prefix];
    if (!first.some(({ pattern }) => pattern.written !== undefined)) return;
    this.#program = LineProgram.create(parts, { room, marks });
    this.#hasNoRoom = this.#program === undefined;
  }
}
