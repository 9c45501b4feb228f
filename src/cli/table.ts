/**
 * Plain tables for the terminal.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import { PLAIN, type Style, type Tone } from "./style.ts";

/** How a table looks. */
export interface TableOptions {
  /** Default: nothing cut, no colours. */
  readonly style?: Style;
  /** The colour of a cell, by its text. */
  readonly tone?: (cell: string, column: number) => Tone | undefined;
}

/** Cells are cut to this where nobody wants less. */
const LONGEST_CELL = 120;

/** A column is not made narrower than this to fit a terminal. */
const NARROWEST = 10;

/**
 * Lines columns up; numbers stand on the right. On a terminal the widest texts are cut until lines fit.
 *
 *     JAIL  STATE     FAILED  BANNED
 *     sshd  watching       3       1
 *
 * @param header column titles
 * @param rows cells, escaped here
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { style = PLAIN, tone }: TableOptions = {},
): string {
  const cells = rows.map((row) =>
    row.map((cell) => escapeText(String(cell), LONGEST_CELL))
  );
  const isNumeric = header.map((_, column) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === "number")
  );
  const widths = fit(measure(header, cells), isNumeric, style.width);
  const pad = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    return isNumeric[column] ? cut.padStart(width) : cut.padEnd(width);
  };
  const join = (parts: readonly string[]) => `${parts.join("  ").trimEnd()}\n`;
  const line = (row: readonly string[]) =>
    join(row.map((cell, column) => {
      const padded = pad(cell, column);
      const color = tone?.(cell, column);
      return color === undefined ? padded : style.paint(color, padded);
    }));
  const title = style.paint("strong", join(header.map(pad)).trimEnd());
  return `${title}\n${cells.map(line).join("")}`;
}

/**
 * Lines up names and values.
 *
 *     State   watching
 *     Banned  1 now, 3 in all
 */
export function formatPairs(
  pairs: readonly (readonly [name: string, value: string])[],
): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) =>
    `${name.padEnd(width)}  ${escapeText(value, 400)}\n`
  ).join("");
}

/** Spread into Math.max, a million rows would be more arguments than a call can have. */
function measure(
  header: readonly string[],
  cells: readonly (readonly string[])[],
): number[] {
  return header.map((title, column) =>
    cells.reduce(
      (width, row) => Math.max(width, row[column]?.length ?? 0),
      title.length,
    )
  );
}

/** Takes from the widest column of text until the line fits, or nothing can be taken any more. */
function fit(
  widths: readonly number[],
  isNumeric: readonly boolean[],
  most: number,
): readonly number[] {
  const fitted = [...widths];
  let excess = widths.reduce((sum, width) => sum + width + 2, -2) - most;
  while (excess > 0) {
    const texts = fitted.map((width, at) => isNumeric[at] ? 0 : width);
    const widest = Math.max(...texts);
    const at = texts.indexOf(widest);
    const next = Math.max(
      NARROWEST,
      ...texts.filter((width, other) => other !== at && width < widest),
    );
    const taken = Math.min(excess, Math.max(1, widest - next));
    if (widest - taken < NARROWEST) break;
    fitted[at] = widest - taken;
    excess -= taken;
  }
  return fitted;
}
