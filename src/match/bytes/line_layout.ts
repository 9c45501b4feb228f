/**
 * A jail's patterns as line_program.as reads them.
 *
 * @module
 */

import type { Opener } from "../opener.ts";
import { resultWords, ROW_HEAD_WORDS } from "./line_result.ts";

/** A pattern, as far as it is laid out. */
export interface LaidPattern {
  /** Of its mark, and of its groups. */
  readonly slot: number;
  /** For each group, the number that it has in the pattern and its place in the jail's table. */
  readonly groups: readonly (readonly [number: number, place: number])[];
}

/** What a program is made of. */
export interface ProgramParts<Pattern> {
  /** Leaves all the rest of a line to the others. */
  readonly prefix: Pattern | undefined;
  readonly fail: readonly Pattern[];
  readonly ignore: readonly Pattern[];
  readonly opener: Opener;
  readonly ignoreOpener: Opener;
  /** Whether ignore patterns are run on the whole line as well, before all others. */
  readonly ignoresEarly: boolean;
  /** Groups of the jail's table. */
  readonly groupCount: number;
}

/** What is laid out. */
export interface LaidProgram extends ProgramParts<LaidPattern> {
  /** Place of the marks of patterns, by their slots. */
  readonly marks: number;
  /** Place of the stamp that lines of the jail begin with. */
  readonly stamp: number;
  /** Hits that there is room for. */
  readonly rowCount: number;
}

/** Where its parts are. */
export interface LineLayout {
  /** Of the first word. */
  readonly place: number;
  readonly words: readonly number[];
  readonly program: number;
  /** Of the first row. */
  readonly result: number;
  readonly rowWords: number;
  readonly prefix: number;
  readonly fail: readonly number[];
  readonly ignore: readonly number[];
}

const WORD_BYTES = 4;

/** Fields of a pattern that change, by words. */
export const PatternField = {
  function: 0,
  candidates: 2,
  hits: 3,
  slots: 6,
} as const;

/** Fields of the program that change, by words. */
export const ProgramField = {
  result: 5,
  judged: 7,
  lines: 11,
  hits: 12,
} as const;

/** Characters by which patterns are chosen. */
const CHARACTERS = 128;

/** First and last place of a group. */
const PLACES = 2;

/** Ends a list of groups. */
const END = 0xffffffff;

/** @param place of the first word */
export function layLineProgram(
  program: LaidProgram,
  place: number,
): LineLayout {
  const words: number[] = [];
  const add = (added: readonly number[]): number => {
    const at = place + WORD_BYTES * words.length;
    words.push(...added);
    return at;
  };
  const addZeros = (count: number) => add(Array<number>(count).fill(0));
  const addPattern = ({ slot, groups }: LaidPattern, index: number) => {
    const list = groups.flatMap(([number, group]) => [
      PLACES * WORD_BYTES * number,
      group,
    ]);
    const mark = program.marks + WORD_BYTES * slot;
    return add([0, mark, 0, 0, index, add([...list, END]), 0]);
  };
  const addOpener = (opener: Opener, patterns: readonly number[]) => {
    const lists = new Map<readonly number[], number>();
    const units = Array.from({ length: CHARACTERS }, (_, unit) => {
      const indexes = opener.ofUnit(unit);
      const known = lists.get(indexes) ??
        add([...indexes.map((index) => patterns[index] ?? 0), 0]);
      lists.set(indexes, known);
      return known;
    });
    return add(units);
  };

  const { prefix, fail, ignore, ignoresEarly } = program;
  const rowWords = ROW_HEAD_WORDS + resultWords(program.groupCount);
  const rows = addZeros(program.rowCount * rowWords);
  const result = rows + WORD_BYTES * ROW_HEAD_WORDS;
  const trail = addZeros(1 + fail.length + 2 * ignore.length);
  const prefixAt = prefix === undefined ? 0 : addPattern(prefix, 0);
  const failAt = fail.map(addPattern);
  const ignoreAt = ignore.map(addPattern);
  const failOpener = addOpener(program.opener, failAt);
  const ignoreOpener = ignore.length === 0
    ? 0
    : addOpener(program.ignoreOpener, ignoreAt);
  const early = ignoresEarly ? ignoreOpener : 0;
  const parts = [prefixAt, early, failOpener, ignoreOpener, trail, result];
  const rowBytes = WORD_BYTES * rowWords;
  const places = [rows, rowBytes, rows + program.rowCount * rowBytes];
  return {
    place,
    program: add([...parts, program.stamp, 0, ...places, 0, 0]),
    words,
    result,
    rowWords,
    prefix: prefixAt,
    fail: failAt,
    ignore: ignoreAt,
  };
}
