/**
 * `stats` as a table.
 *
 *               ║          ║ Filter    ║ Actions
 *      Jail     ║ Backend  ╟───────────╫───────────
 *               ║          ║ cur │ tot ║ cur │ tot
 *     ══════════╬══════════╬═══════════╬═══════════
 *      sshd     ║ inotify  ║   2 │   5 ║   0 │   4
 *     ══════════╩══════════╩═══════════╩═══════════
 *
 * @module
 */

import type { CommandValue } from "../control/types.ts";
import { printPython } from "./client_repr.ts";

/** Widths that fail2ban has where nothing is longer. */
const LEAST_NAME = 8;
const LEAST_COUNT = 3;

/** @returns the table; what has another shape, as Python shows it */
export function formatStatsTable(value: CommandValue): string {
  if (value === null || typeof value !== "object" || !("dict" in value)) {
    return printPython(value);
  }
  const rows = value.dict.map(([jail, stats]) => [jail, ...flatten(stats)]);
  const width = (column: number, least: number) =>
    Math.max(least, ...rows.map((row) => row[column]?.length ?? 0));
  const jail = width(0, LEAST_NAME);
  const backend = width(1, LEAST_NAME);
  const counts = [2, 3, 4, 5].map((column) => width(column, LEAST_COUNT));
  const [a = 0, b = 0, c = 0, d = 0] = counts;
  const names = (first: string, second: string) =>
    ` ${first.padEnd(jail)} ║ ${second.padEnd(backend)} `;
  const numbers = (
    [one = "", two = "", three = "", four = ""]: readonly string[],
  ) =>
    `║ ${one.padStart(a)} │ ${two.padStart(b)} ║ ${three.padStart(c)} │ ${
      four.padStart(d)
    }`;
  const rule = (line: string, cross: string) =>
    [jail + 2, backend + 2, a + b + 5, c + d + 5]
      .map((length) => line.repeat(length)).join(cross);
  return [
    `${names("", "")}║ ${"Filter".padEnd(a + b + 3)} ║ ${
      "Actions".padEnd(c + d + 3)
    }`,
    `${names("Jail", "Backend")}╟${"─".repeat(a + b + 5)}╫${
      "─".repeat(c + d + 5)
    }`,
    names("", "") + numbers(["cur", "tot", "cur", "tot"]),
    rule("═", "╬"),
    ...rows.map(([first = "", second = "", ...rest]) =>
      names(first, second) + numbers(rest)
    ),
    rule("═", "╩"),
  ].join("\n");
}

/** `["inotify", (2, 5), (0, 4)]` → `["inotify", "2", "5", "0", "4"]` */
function flatten(value: CommandValue): readonly string[] {
  if (value === null || typeof value !== "object") return [printPython(value)];
  if (Array.isArray(value)) return value.flatMap(flatten);
  return "tuple" in value ? value.tuple.flatMap(flatten) : [];
}
