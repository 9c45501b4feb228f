/**
 * What came of one line, for people.
 *
 * @module
 */

import { formatPairs } from "../table.ts";
import type { LineTest } from "./test_line.ts";

/** Patterns that nearly matched and are shown. */
const MOST_NEAR = 5;

/**
 * Lines up what is known.
 *
 *     Outcome     failure
 *     Host        192.0.2.7
 *     Pattern     #1 sshd\[\d+\]: Failed password for .* from <HOST>
 *     Literal     "Failed password for "
 */
export function formatLineTest(test: LineTest): string {
  const { date, pattern, patternText, literal, near } = test;
  const rows: (readonly [string, string | null])[] = [
    ["Outcome", test.outcome],
    ["Host", test.host],
    ["User", test.user],
    ["Why not", test.reason],
    ["Pattern", pattern === null ? null : `#${pattern + 1} ${patternText}`],
    [
      "Literal",
      literal === null ? null : `${JSON.stringify(literal)} led to it`,
    ],
    ["Engine", test.engine],
    ...Object.entries(test.groups).map(([name, caught]) =>
      [`Group ${name}`, caught] as const
    ),
    [
      "Date",
      date === null
        ? "none"
        : `${date.text} (${date.format}): ${
          new Date(date.seconds * 1000).toISOString().replace(".000Z", "Z")
        }`,
    ],
    ["Text", test.text],
    ...near.slice(0, MOST_NEAR).map((each) =>
      [
        "Near",
        `#${each.pattern + 1} looks for ${
          JSON.stringify(each.literal)
        }, which is there, but the rest does not match: ${each.patternText}`,
      ] as const
    ),
    ...near.length > MOST_NEAR
      ? [["Near", `${near.length - MOST_NEAR} more`] as const]
      : [],
  ];
  return formatPairs(
    rows.filter((row): row is readonly [string, string] => row[1] !== null),
  );
}
