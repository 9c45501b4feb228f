/**
 * Every way to find literals in lines, the naive one included, behind one function.
 *
 * @module
 */

import AhoCorasick from "aho-corasick";
import type { Literal } from "../../../src/match/prefilter/literal.ts";
import type { ScanKind } from "../../../src/match/prefilter/literal_index.ts";
import { Prefilter } from "../../../src/match/prefilter/prefilter.ts";

/**
 * A line with literals: where it begins and ends in the bytes, and the indexes of the literals, sorted.
 *
 *     [6, 11, [0, 2]]
 */
export type FoundLine = readonly [from: number, to: number, ids: number[]];

/** What a scan of some bytes comes to. */
export interface ScanResult {
  readonly lines: readonly FoundLine[];
  readonly lineCount: number;
}

/** Scans bytes for literals. */
export type Scanner = (
  literals: readonly Literal[],
  bytes: Uint8Array,
) => ScanResult;

/** As the package has it; it brings no types. */
interface Automaton {
  add(word: string, index: number): void;
  build_fail(): void;
  search(
    text: string,
    found: (word: string, indexes: readonly number[]) => void,
  ): void;
}

/** All scanners by name. */
export const SCANNERS: Readonly<Record<string, Scanner>> = {
  naive: (literals, bytes) =>
    scanByLine(
      bytes,
      (line) =>
        literals.flatMap(({ text, ignoresCase }, id) => {
          const needle = latin1Of(new TextEncoder().encode(text));
          const within = ignoresCase ? lower(line) : line;
          return within.includes(needle) ? [id] : [];
        }),
    ),
  "aho-corasick": scanByPackage,
  fingerprints: scannerOf("fingerprints"),
  tree: scannerOf("tree"),
};

function scannerOf(kind: ScanKind): Scanner {
  return (literals, bytes) => {
    const prefilter = new Prefilter(literals, { kind });
    return runPrefilter(prefilter, bytes);
  };
}

/** @returns what a prefilter finds in the bytes */
export function runPrefilter(
  prefilter: Prefilter,
  bytes: Uint8Array,
): ScanResult {
  const lines: FoundLine[] = [];
  prefilter.begin(bytes);
  while (prefilter.next()) {
    const { lineStart, lineEnd, lineNumber, marks } = prefilter;
    const ids = [...marks.keys()].filter((id) => marks[id] === lineNumber);
    lines.push([lineStart, lineEnd, ids]);
  }
  return { lines, lineCount: prefilter.lineCount };
}

function scanByPackage(
  literals: readonly Literal[],
  bytes: Uint8Array,
): ScanResult {
  const automata = [false, true].map((ignoresCase) => {
    const automaton: Automaton = new AhoCorasick();
    for (const [id, literal] of literals.entries()) {
      if (literal.ignoresCase !== ignoresCase) continue;
      automaton.add(latin1Of(new TextEncoder().encode(literal.text)), id);
    }
    automaton.build_fail();
    return automaton;
  });
  return scanByLine(bytes, (line) => {
    const ids = new Set<number>();
    for (const [index, automaton] of automata.entries()) {
      automaton.search(
        index === 1 ? lower(line) : line,
        (_, indexes) => indexes.forEach((id) => ids.add(id)),
      );
    }
    return [...ids];
  });
}

function scanByLine(
  bytes: Uint8Array,
  findIds: (line: string) => readonly number[],
): ScanResult {
  const text = latin1Of(bytes);
  const lines: FoundLine[] = [];
  let lineCount = 0;
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline;
    const ids = [...findIds(text.slice(from, to))].sort((a, b) => a - b);
    if (ids.length > 0) lines.push([from, to, ids]);
    lineCount++;
    from = to + 1;
  }
  return { lines, lineCount };
}

/** A character a byte, so that places in the text are places in the bytes. */
function latin1Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** ASCII alone. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
