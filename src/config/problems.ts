/**
 * What is wrong with a configuration, for programs (ConfigError) and for people (formatProblems).
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { ConfigProblem } from "./types.ts";

/** Longest source line shown whole; of a longer one, the part around the mark. */
const SHOWN_COLUMNS = 120;

/** No configuration can be made of what was given; says everything that is wrong, at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** At least one, in the order of files and lines. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(summarize(problems));
    this.problems = problems;
  }
}

/**
 * Draws problems for a terminal, each with its line and a caret:
 *
 *     config.toml:7:13: error: Cannot use max_retry "five": it is a string, expected a whole number of at least 1
 *         7 | max_retry = "five"
 *           |             ^^^^^^
 *
 * Text from the configuration is escaped.
 *
 * @param options `color`: with ANSI colors, default false
 * @returns lines, each ended by `\n`
 */
export function formatProblems(
  problems: readonly ConfigProblem[],
  options: { readonly color?: boolean } = {},
): string {
  const paint = options.color === true ? paintAnsi : paintNothing;
  return problems.map((problem) => formatProblem(problem, paint)).join("");
}

/** @returns one line for a log: `config.toml:7:13: Cannot use …` */
export function describeProblem(problem: ConfigProblem): string {
  return `${formatPlace(problem)}: ${formatMessage(problem)}`;
}

/** Sorts by file, then line, then column, and drops repetitions. @param files the order of files */
export function sortProblems(
  problems: readonly ConfigProblem[],
  files: readonly string[],
): ConfigProblem[] {
  const seen = new Map<string, ConfigProblem>();
  for (const problem of problems) {
    const key = `${formatPlace(problem)} ${formatMessage(problem)}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  const rank = (problem: ConfigProblem) => {
    const index = files.indexOf(problem.file);
    return index < 0 ? files.length : index;
  };
  return [...seen.values()].sort((a, b) =>
    rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
  );
}

type Paint = (style: "place" | "error" | "warning", text: string) => string;

function summarize(problems: readonly ConfigProblem[]): string {
  const first = problems[0];
  if (first === undefined) return "Cannot load the configuration";
  const more = problems.length - 1;
  return `${describeProblem(first)}${more > 0 ? ` (and ${more} more)` : ""}`;
}

function formatPlace({ file, line, column }: ConfigProblem): string {
  const name = escapeText(file);
  return line === undefined ? name : `${name}:${line}:${column ?? 1}`;
}

function formatMessage({ message, jail, action }: ConfigProblem): string {
  const text = escapeText(message, 1000);
  if (jail !== undefined) {
    return `${text} (jail "${escapeText(jail, 64)}" is left out)`;
  }
  return action === undefined
    ? text
    : `${text} (action "${escapeText(action, 129)}" cannot be used)`;
}

function formatProblem(problem: ConfigProblem, paint: Paint): string {
  const severity = problem.severity ?? "error";
  const label = paint(severity === "error" ? "error" : "warning", severity);
  const place = paint("place", `${formatPlace(problem)}:`);
  return `${place} ${label}: ${formatMessage(problem)}\n${
    drawCaret(problem, paint)
  }`;
}

function drawCaret(problem: ConfigProblem, paint: Paint): string {
  const { line, column, source, length } = problem;
  if (line === undefined || column === undefined || source === undefined) {
    return "";
  }
  const marked = Math.max(1, length ?? 1);
  const start = Math.max(0, Math.min(column - 60, source.length - 100));
  const isCut = source.length > SHOWN_COLUMNS;
  const from = isCut ? start : 0;
  const to = isCut ? from + SHOWN_COLUMNS : source.length;
  const before = show(source.slice(from, column - 1));
  const mark = show(
    source.slice(column - 1, Math.min(to, column - 1 + marked)),
  );
  const after = show(source.slice(column - 1 + marked, to));
  const gutter = String(line).padStart(5);
  const lead = from > 0 ? "…" : "";
  const pad = " ".repeat([...lead, ...before].length);
  const carets = "^".repeat(Math.max(1, [...mark].length));
  return `${gutter} | ${lead}${before}${mark}${after}${
    to < source.length ? "…" : ""
  }\n${" ".repeat(5)} | ${pad}${paint("error", carets)}\n`;
}

/** Escaped, and each tab as one blank so that the caret stays beneath its mark. */
function show(text: string): string {
  return escapeText(text.replaceAll("\t", " "), 4 * SHOWN_COLUMNS);
}

const ANSI = { place: "1", error: "1;31", warning: "1;33" } as const;

function paintAnsi(style: keyof typeof ANSI, text: string): string {
  return `\x1b[${ANSI[style]}m${text}\x1b[0m`;
}

function paintNothing(_style: keyof typeof ANSI, text: string): string {
  return text;
}
