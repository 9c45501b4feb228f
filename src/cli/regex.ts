/**
 * `fail2deno regex --pattern P --line L`.
 *
 * @module
 */

import type { DateFormat } from "../config/types.ts";
import type { Explanation } from "../match/explain_line.ts";
import { EXIT } from "../util/exit_codes.ts";
import {
  type Command,
  InputError,
  type Invocation,
  UsageError,
} from "./command.ts";
import { print } from "./setup.ts";
import { formatPairs } from "./table.ts";

/** Tries a pattern on a line. */
export const REGEX: Command = {
  name: "regex",
  summary: "Try a pattern on a line and say what it finds, or why not",
  details: "Exit code 1 when the pattern finds no host.",
  options: [
    { form: "-p, --pattern <pattern>", summary: "with <HOST> in it" },
    { form: "-l, --line <line>", summary: "a line of a log" },
    {
      form: "--date-format <format>",
      summary: "auto, syslog, iso8601, epoch or common (default: auto)",
    },
  ],
  examples: [{
    line:
      "fail2deno regex --pattern 'from <HOST> port' --line 'Failed password for root from 192.0.2.7 port 22'",
    summary: "host 192.0.2.7",
  }],
  hasJson: true,
  run: tryPattern,
};

const DATE_FORMATS: readonly string[] = [
  "auto",
  "syslog",
  "iso8601",
  "epoch",
  "common",
] satisfies DateFormat[];

async function tryPattern(invocation: Invocation) {
  const { pattern, line, dateFormat = "auto" } = invocation.options;
  if (typeof pattern !== "string" || typeof line !== "string") {
    throw new UsageError("Cannot try: expected both --pattern and --line");
  }
  if (!isDateFormat(dateFormat)) {
    throw new UsageError(
      `Cannot use date format "${dateFormat}": expected one of ${
        DATE_FORMATS.join(", ")
      }`,
    );
  }
  const { checkPattern } = await import("../match/compile.ts");
  const problem = checkPattern(pattern, "fail");
  if (problem !== undefined) throw new InputError(problem);
  const { explainLine } = await import("../match/explain_line.ts");
  const explanation = explainLine([pattern], line, {
    dateFormat,
    nowSeconds: Date.now() / 1000,
  });
  print(invocation, explanation, () => formatExplanation(explanation));
  return explanation.outcome === "failure" ? EXIT.ok : EXIT.no;
}

function isDateFormat(text: string | boolean): text is DateFormat {
  return typeof text === "string" && DATE_FORMATS.includes(text);
}

function formatExplanation(explanation: Explanation): string {
  const { date, text, host, user, reason, engine, groups } = explanation;
  const rows: (readonly [string, string | undefined])[] = [
    ["Outcome", explanation.outcome],
    ["Host", host],
    ["User", user],
    ["Why not", reason],
    [
      "Date",
      date === undefined
        ? "none"
        : `${date.text} (${date.format}): ${
          new Date(date.seconds * 1000).toISOString().replace(".000Z", "Z")
        }`,
    ],
    ["Text", text],
    ["Engine", engine],
    ...Object.entries(groups).map(([name, caught]) =>
      [`Group ${name}`, caught] as const
    ),
  ];
  return formatPairs(
    rows.filter((row): row is readonly [string, string] =>
      row[1] !== undefined
    ),
  );
}
