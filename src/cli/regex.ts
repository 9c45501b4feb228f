/**
 * `fail2deno regex --pattern P --line L`, or `--jail J` instead of the pattern.
 *
 * @module
 */

import type { DateFormat } from "../config/types.ts";
import type { Explanation } from "../match/explain_line.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import {
  type Command,
  InputError,
  type Invocation,
  UsageError,
} from "./command.ts";
import { loadFullConfig, print } from "./setup.ts";
import { formatPairs } from "./table.ts";

/** Tries a pattern on a line. */
export const REGEX: Command = {
  name: "regex",
  summary: "Try a pattern or a jail on a line: what it finds, or why not",
  details: "Exit code 1 when the pattern finds no host.",
  options: [
    { form: "-p, --pattern <pattern>", summary: "with <HOST> in it" },
    {
      form: "-j, --jail <jail>",
      summary: "a jail instead of a pattern, for lines of JSON too",
    },
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
  }, {
    line: `fail2deno regex --jail caddy --line '{"status":401}'`,
    summary: "what the jail says of the line",
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
  const { pattern, line, jail, dateFormat = "auto" } = invocation.options;
  if (typeof jail === "string" && typeof line === "string") {
    return await tryJail(invocation, jail, line);
  }
  if (typeof pattern !== "string" || typeof line !== "string") {
    throw new UsageError(
      "Cannot try: expected --line, and --pattern or --jail",
    );
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
  return tell(invocation, explanation);
}

async function tryJail(
  invocation: Invocation,
  name: string,
  line: string,
): Promise<ExitCode> {
  const { jails } = await loadFullConfig(invocation);
  const jail = jails.find((jail) => jail.name === name);
  if (jail === undefined) {
    const names = jails.map((jail) => jail.name).join(", ");
    throw new UsageError(
      `Cannot find jail "${name}": not configured, expected one of ${names}`,
    );
  }
  const { explainInJail } = await import("../match/explain_in_jail.ts");
  const nowSeconds = Date.now() / 1000;
  return tell(invocation, explainInJail(jail, line, { nowSeconds }));
}

function tell(invocation: Invocation, explanation: Explanation): ExitCode {
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
