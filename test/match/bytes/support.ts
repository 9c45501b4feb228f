/**
 * Patterns on bytes, beside the engine that has Python's rules, and programs at work.
 *
 * @module
 */

import { createBounded } from "../../../src/match/bounded_engine.ts";
import { ByteMatch } from "../../../src/match/bytes/byte_match.ts";
import {
  type BytePattern,
  ByteRoom,
} from "../../../src/match/bytes/byte_room.ts";
import {
  ASK,
  LineProgram,
  NOTHING,
} from "../../../src/match/bytes/line_program.ts";
import { FAILED } from "../../../src/match/bytes/verdicts.ts";
import type { EngineMatch } from "../../../src/match/engine_types.ts";
import type { ParsedPattern } from "../../../src/match/parsed_pattern.ts";

/** A hit, and what each named or unnamed group caught. */
export interface Hit {
  readonly start: number;
  readonly end: number;
  readonly hostEnd: number;
  readonly host: string | undefined;
  readonly groups: readonly (string | undefined)[];
}

/** Place of the patterns in the memory, and of the line behind them. */
const ROOM_PLACE = 1024;
const LINE_PLACE = 65_536 + 13;

/** Runs patterns on lines in a memory of their own. */
export class ByteBench {
  readonly #memory = new WebAssembly.Memory({ initial: 2 });
  readonly #room = new ByteRoom();

  constructor() {
    this.#room.open({
      memory: this.#memory,
      place: ROOM_PLACE,
      length: LINE_PLACE - ROOM_PLACE,
    });
  }

  /** @returns the pattern on bytes; undefined where nothing can be made of it */
  compile(parsed: ParsedPattern): BytePattern | undefined {
    return this.#room.compile(parsed);
  }

  /** @returns the hit, null, or the number of what went wrong */
  run(pattern: BytePattern, text: string): Hit | null | number {
    const bytes = new TextEncoder().encode(text);
    const all = new Uint8Array(this.#memory.buffer);
    all.fill(0x61, LINE_PLACE - 8, LINE_PLACE + bytes.length + 32);
    all.set(bytes, LINE_PLACE);
    const end = pattern.run(LINE_PLACE, LINE_PLACE + bytes.length);
    if (end === FAILED) return null;
    if (end < 0) return end;
    const match = new ByteMatch(pattern, false).open(
      { source: text, offset: 0 },
      LINE_PLACE,
      end,
    );
    return describe(match, pattern.parsed);
  }
}

/** @returns what Python's rules say */
export function runBounded(parsed: ParsedPattern, text: string): Hit | null {
  const match = createBounded(parsed).exec(text);
  return match && describe(match, parsed);
}

function describe(match: EngineMatch, { groups }: ParsedPattern): Hit {
  const { start, end, hostEnd, host } = match;
  return {
    start,
    end,
    hostEnd,
    host,
    groups: groups.map((_, index) => match.groupAt(index)),
  };
}

/** Lines that programs decided about. */
export interface Decided {
  readonly decided: number;
  /** Of those, lines that were not cut before. */
  readonly uncut: number;
  /** Of those that were not cut, lines that were gone over several at once. */
  readonly ahead: number;
  /** Lines that others had to be asked about. */
  readonly asked: number;
}

/** Counts what programs do meanwhile. */
export function countDecided<T>(
  act: () => T,
): Decided & { readonly result: T } {
  const { decide, decideLine, decideLines } = LineProgram.prototype;
  let cut = 0, alone = 0, asked = 0, ahead = 0;
  LineProgram.prototype.decide = function (...args) {
    const index = decide.apply(this, args);
    if (index >= NOTHING) cut++;
    else if (index === ASK) asked++;
    return index;
  };
  LineProgram.prototype.decideLine = function (...args) {
    const index = decideLine.apply(this, args);
    if (index >= NOTHING) alone++;
    else if (index === ASK) asked++;
    return index;
  };
  LineProgram.prototype.decideLines = function (...args) {
    const hits = decideLines.apply(this, args);
    ahead += this.linesAhead;
    return hits;
  };
  try {
    const result = act();
    const uncut = alone + ahead;
    return { result, decided: cut + uncut, uncut, ahead, asked };
  } finally {
    Object.assign(LineProgram.prototype, { decide, decideLine, decideLines });
  }
}
