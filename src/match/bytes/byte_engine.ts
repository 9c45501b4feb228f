/**
 * One pattern where lines lie in the scan's memory: it runs on their bytes once it has been run often enough to be worth it.
 *
 * @module
 */

import type { ByteSource } from "../compile.ts";
import { LONGEST_FOR_OTHERS } from "../engine.ts";
import type { EngineMatch } from "../engine_types.ts";
import type { Subject } from "../subject.ts";
import { ByteMatch } from "./byte_match.ts";
import type { BytePattern, ByteRoom } from "./byte_room.ts";
import { FAILED, GIVEN_UP } from "./verdicts.ts";
import { isWritten } from "./written_pattern.ts";

/**
 * Writing a pattern takes one or two milliseconds, and about so many runs save as much: a line on which one pattern of its
 * jail is not written goes the long way.
 */
const RUNS_BEFORE = 512;

/** A run on a line that no engine but our own takes counts as so many: it saves some microseconds. */
const RUNS_OF_LONG_LINE = 6;

/** So many lines that took too long, and the pattern stays with the other engines. */
const MOST_GIVEN_UP = 64;

/** Says nothing about a subject as long as others have to be asked. */
export class ByteEngine {
  readonly #source: ByteSource;
  readonly #room: ByteRoom;
  #pattern: BytePattern | undefined;
  #match: ByteMatch | undefined;
  #runs = 0;
  #givenUp = 0;

  constructor(source: ByteSource, room: ByteRoom) {
    this.#source = source;
    this.#room = room;
  }

  /** What runs on bytes; undefined as long as nothing does. */
  get pattern(): BytePattern | undefined {
    return this.#pattern;
  }

  /** @returns whether it is likely to tell; who asks counts as a run */
  takes({ from, to }: Subject): boolean {
    if (from < 0) return false;
    if (this.#pattern === undefined) this.#await(to - from);
    return this.#pattern !== undefined;
  }

  /** @returns the leftmost hit, null, or undefined where another engine has to tell */
  exec(subject: Subject): EngineMatch | null | undefined {
    const { from, to } = subject;
    if (from < 0) return undefined;
    if (this.#pattern === undefined) {
      this.#await(to - from);
      return undefined;
    }
    const end = search(this.#pattern, subject);
    if (end === FAILED) return null;
    if (end < 0) return this.#giveUp();
    // Where nothing is left, the head is not all of it.
    if (this.#source.isHead && end >= to - 1) return undefined;
    return this.#match?.open(subject, from, end);
  }

  /** Once it is worth it, it is compiled; once only. What another matcher had written already costs next to nothing. */
  #await(length: number): void {
    if (this.#runs >= RUNS_BEFORE) return;
    this.#runs += length > LONGEST_FOR_OTHERS ? RUNS_OF_LONG_LINE : 1;
    if (isWritten(this.#source.parsed)) this.#runs = RUNS_BEFORE;
    if (this.#runs >= RUNS_BEFORE) this.#compile();
  }

  #compile(): void {
    const pattern = this.#room.compile(this.#source.parsed);
    if (pattern === undefined) return;
    this.#pattern = pattern;
    this.#match = new ByteMatch(pattern, this.#source.isHead);
  }

  #giveUp(): undefined {
    if (++this.#givenUp >= MOST_GIVEN_UP) this.#pattern = undefined;
  }
}

/** Each way that is open is a function that has not returned: whoever calls from deep within others has less room for them. */
function search({ run }: BytePattern, { from, to }: Subject): number {
  try {
    return run(from, to);
  } catch (error) {
    if (error instanceof RangeError) return GIVEN_UP;
    throw error;
  }
}
