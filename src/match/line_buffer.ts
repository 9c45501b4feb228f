/**
 * The last lines of a source, for patterns that span several.
 *
 * @module
 */

import type { EngineMatch } from "./engine.ts";

/** A line without its date, as patterns see it, and as it was. */
export interface SeenLine {
  /** Without a newline. */
  readonly text: string;
  readonly whole: string;
}

/** What was searched, and found. */
export interface SearchedText {
  readonly match: EngineMatch;
  /** Names of the pattern's groups. */
  readonly groups: readonly string[];
  /** `joinLines` of the lines, or what a prefix pattern made of it. */
  readonly text: string;
}

/** Lines of a match, and what is left of the buffer without them. */
export interface SplitLines {
  readonly matched: readonly SeenLine[];
  readonly unmatched: readonly SeenLine[];
}

/** What ends a line for Python. */
// deno-lint-ignore no-control-regex -- these separators are what Python splits at
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** @returns the lines as one text, each ended by a newline */
export function joinLines(lines: readonly SeenLine[]): string {
  let text = "";
  for (const line of lines) text += `${line.text}\n`;
  return text;
}

/**
 * Tells the lines that a match lies on from the others; what `<SKIPLINES>` passed over is among the others.
 *
 *     lines A B C D, match from A to C that skipped B   →   { matched: [A, C], unmatched: [B, D] }
 */
export function splitAtMatch(
  lines: readonly SeenLine[],
  searched: SearchedText,
): SplitLines {
  if (lines.length <= 1) return { matched: lines, unmatched: [] };
  const { match, text } = searched;
  const from = text.lastIndexOf("\n", match.start) + 1;
  const newline = text.indexOf("\n", Math.max(0, match.end - 1));
  const to = newline < 0 ? text.length : newline + 1;
  const first = countNewlines(text, from);
  const last = countNewlines(text, to);
  const matched = lines.slice(first, last);
  const unmatched = lines.slice(0, first);
  let at = 0;
  for (const skipped of skippedLines(searched)) {
    const place = matched.findIndex(({ text }, i) =>
      i >= at && text === skipped
    );
    if (place < 0) continue;
    unmatched.push(...matched.splice(place, 1));
    at = place;
  }
  unmatched.push(...lines.slice(last));
  return { matched, unmatched };
}

function countNewlines(text: string, end: number): number {
  let count = 0;
  let at = text.indexOf("\n");
  while (at >= 0 && at < end) {
    count++;
    at = text.indexOf("\n", at + 1);
  }
  return count;
}

function skippedLines({ match, groups }: SearchedText): readonly string[] {
  let skipped = "";
  for (let i = 0; groups.includes(`skiplines${i}`); i++) {
    skipped += match.group(`skiplines${i}`) ?? "";
  }
  const lines = skipped.split(LINE_END);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
