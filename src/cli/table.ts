/**
 * Plain tables for the terminal.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";

/**
 * Lines columns up; numbers stand on the right.
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
): string {
  const cells = rows.map((row) =>
    row.map((cell) => escapeText(String(cell), 120))
  );
  // Spread into Math.max, a million rows would be more arguments than a call can have.
  const widths = header.map((title, column) =>
    cells.reduce(
      (width, row) => Math.max(width, row[column]?.length ?? 0),
      title.length,
    )
  );
  const isNumeric = header.map((_, column) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === "number")
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd();
  return [header, ...cells].map((row) => `${line(row)}\n`).join("");
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
