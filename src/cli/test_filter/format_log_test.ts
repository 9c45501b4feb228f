/**
 * What came of a log, for people.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";
import { PLAIN, type Style } from "../style.ts";
import { formatTable } from "../table.ts";
import type { LogTest, TestedPattern } from "./test_log.ts";

/** A beginning that is shorter may as well be read. */
const SHORTEST_SHARED = 12;

/**
 * Draws totals, patterns by their hits, hosts, and the lines that were asked for.
 *
 *     1000 lines: 120 matched, 3 ignored, 877 missed, in 0.05 s
 *
 *     #  HITS  TRIED  FOUND BY                PATTERN
 *     1   120    130  "Failed password for "  sshd\[\d+\]: Failed …
 */
export function formatLogTest(test: LogTest, style: Style = PLAIN): string {
  const { patterns, hosts } = test;
  return [
    formatTotals(test),
    ...(["prefix", "fail", "ignore"] as const).map((role) => {
      const rows = patterns.filter((pattern) => pattern.role === role);
      return rows.length === 0 ? "" : formatPatterns(rows, style);
    }),
    hosts.length === 0 ? "" : formatTable(
      ["HOST", "FAILURES"],
      hosts.map(({ host, failures }) => [host, failures]),
      { style },
    ),
    formatLines("Matched", {
      of: test.matched,
      lines: test.matchedLines.map(({ line, host, pattern }) =>
        `#${pattern + 1} ${host}  ${escapeText(line, 400)}`
      ),
    }),
    formatLines("Ignored", {
      of: test.ignored,
      lines: test.ignoredLines.map((line) => escapeText(line, 400)),
    }),
    formatLines("Missed", {
      of: test.missed,
      lines: test.missedLines.map((line) => escapeText(line, 400)),
    }),
  ].filter((part) => part !== "").join("\n");
}

function formatTotals(test: LogTest): string {
  const { lines, matched, ignored, missed, seconds } = test;
  const notes: (readonly [number, string])[] = [
    [test.undated, "failures in lines without a date"],
    [test.unbannable, "failures whose host is no address"],
    [test.overlongLines, "lines left out, for they are too long"],
  ];
  return [
    `${lines} lines: ${matched} matched, ${ignored} ignored, ${missed} missed, in ${
      seconds.toFixed(2)
    } s`,
    ...notes.filter(([count]) => count > 0)
      .map(([count, what]) => `${count} ${what}`),
    "",
  ].join("\n");
}

function formatPatterns(
  patterns: readonly TestedPattern[],
  style: Style,
): string {
  const [{ role } = { role: "fail" }] = patterns;
  const isGivenUp = patterns.some(({ overBudget }) => overBudget > 0);
  const shared = sharedLength(patterns.map(({ pattern }) => pattern));
  const rows = patterns.map((pattern, index) => ({ index, ...pattern }))
    .sort((a, b) => b.hits - a.hits || a.index - b.index);
  return formatTable(
    [
      ...["#", "HITS", "TRIED"],
      ...isGivenUp ? ["GIVEN UP"] : [],
      ...["FOUND BY", `${role.toUpperCase()} PATTERN`],
    ],
    rows.map(({ index, hits, candidates, overBudget, literals, pattern }) => [
      ...[index + 1, hits, candidates],
      ...isGivenUp ? [overBudget] : [],
      ...[
        describeLiterals(literals, role),
        shared === 0 ? pattern : `…${pattern.slice(shared)}`,
      ],
    ]),
    { style },
  );
}

/** What all patterns of a filter begin with tells them apart no better when it is read. */
function sharedLength([first = "", ...others]: readonly string[]): number {
  if (others.length === 0) return 0;
  let length = 0;
  while (
    length < first.length &&
    others.every((other) => other[length] === first[length])
  ) length++;
  return length < SHORTEST_SHARED ? 0 : length;
}

/** Prefix and ignore patterns run on what others found. */
function describeLiterals(literals: readonly string[], role: string): string {
  const [first] = literals;
  if (first === undefined) return role === "fail" ? "every line" : "";
  const more = literals.length === 1 ? "" : ` and ${literals.length - 1} more`;
  return `${JSON.stringify(first)}${more}`;
}

function formatLines(
  what: string,
  { of, lines }: { readonly of: number; readonly lines: readonly string[] },
): string {
  if (lines.length === 0) return "";
  const count = lines.length < of ? `${lines.length} of ${of}` : `${of}`;
  return `${what} lines (${count}):\n${
    lines.map((line) => `  ${line}\n`).join("")
  }`;
}
