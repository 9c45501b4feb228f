/**
 * How output looks: colours and a width on a terminal, neither of them in a file or a pipe.
 *
 * @module
 */

import type { CliContext } from "./command.ts";

/** Colours by what they mean: a person who sees none of them misses nothing. */
export type Tone = "good" | "bad" | "warn" | "strong" | "faint";

/** A way to write. */
export interface Style {
  /** Columns that a line may take; `Infinity`: nothing is cut. */
  readonly width: number;
  /** Colours a text that is safe for a terminal. */
  readonly paint: (tone: Tone, text: string) => string;
}

const CODES: Readonly<Record<Tone, number>> = {
  good: 32,
  bad: 31,
  warn: 33,
  strong: 1,
  faint: 2,
};

/** Nothing cut, no colours. */
export const PLAIN: Style = { width: Infinity, paint: (_, text) => text };

/** @returns the style for standard output */
export function styleOf(
  { isTerminal, isColored, width }: Pick<
    CliContext,
    "isTerminal" | "isColored" | "width"
  >,
): Style {
  return {
    width: isTerminal ? width : Infinity,
    paint: isColored ? paintAnsi : PLAIN.paint,
  };
}

function paintAnsi(tone: Tone, text: string): string {
  return text === "" ? text : `\x1b[${CODES[tone]}m${text}\x1b[0m`;
}
