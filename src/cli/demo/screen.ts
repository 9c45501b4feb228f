/**
 * What the demo shows: one row a step, without moving the cursor, so that it reads the same in a terminal and in a file.
 *
 *      2.4s  log        Failed password for root from 192.0.2.66 port 51130 ssh2  5/5
 *      2.4s  BAN        192.0.2.66, 0.7 ms after its line was written
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";

/** Where the demo writes. */
export interface DemoOutput {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** Whether output may be coloured. */
  readonly isColored: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly width: number;
}

/** How a step feels: nothing special, protection at work, a door open again, something that should not be. */
export type Tone = "plain" | "ban" | "good" | "bad";

/** One row. */
export interface Step {
  /** Who or what: at most 9 characters. */
  readonly label: string;
  /** Escaped and wrapped here. */
  readonly text: string;
  /** Stands at the right edge: `3/5`. */
  readonly right?: string;
  readonly tone?: Tone;
}

/** Draws rows. */
export interface Screen {
  /** A heading with a blank line before it. */
  title(text: string): void;
  /** A row with the time since the start. */
  step(step: Step): void;
  /** A row that belongs to the one before. */
  remark(text: string): void;
  /** Text as it is, indented. */
  note(text: string): void;
}

const TIME_COLUMNS = 6;
const LABEL_COLUMNS = 9;
/** Time, label, and two blanks after each. */
const INDENT = TIME_COLUMNS + LABEL_COLUMNS + 4;
/** Wider rows are hard to read. */
const MAX_COLUMNS = 100;
const MIN_COLUMNS = 40;

const COLORS: Readonly<Record<Tone | "dim" | "bold", string>> = {
  plain: "",
  ban: "\x1b[1;31m",
  good: "\x1b[32m",
  bad: "\x1b[1;33m",
  dim: "\x1b[2m",
  bold: "\x1b[1m",
};

/**
 * @param output where to
 * @param now milliseconds of a clock; the first call is the start
 */
export function createScreen(
  output: DemoOutput,
  now: () => number = () => performance.now(),
): Screen {
  const startMs = now();
  const columns = Math.max(
    MIN_COLUMNS,
    Math.min(MAX_COLUMNS, output.width),
  );

  const paint = createPaint(output.isColored);
  const seconds = () =>
    `${((now() - startMs) / 1000).toFixed(1)}s`.padStart(TIME_COLUMNS);

  return {
    title: (text) => output.out(`\n${paint(text, "bold")}\n`),
    step({ label, text, right = "", tone = "plain" }) {
      const width = columns - INDENT - (right === "" ? 0 : right.length + 2);
      const rows = wrapText(escapeText(text), width);
      const head = `${paint(seconds(), "dim")}  ${
        paint(label.padEnd(LABEL_COLUMNS), tone)
      }  `;
      rows.forEach((row, index) => {
        const isLast = index === rows.length - 1;
        const start = index === 0 ? head : " ".repeat(INDENT);
        const end = isLast && right !== "" ? `${row.padEnd(width)}  ` : row;
        const mark = isLast ? paint(right, tone) : "";
        output.out(`${start}${paint(end, tone)}${mark}\n`);
      });
    },
    remark(text) {
      for (const row of wrapText(escapeText(text), columns - INDENT)) {
        output.out(`${" ".repeat(INDENT)}${paint(row, "dim")}\n`);
      }
    },
    note(text) {
      for (const line of text.trimEnd().split("\n")) {
        output.out(`  ${escapeText(line)}\n`);
      }
    },
  };
}

/**
 * Breaks text at blanks, and words that are longer than a row where the row ends.
 *
 * @param width columns, at least 1
 * @returns at least one row
 */
export function wrapText(text: string, width: number): readonly string[] {
  const rows: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(" ", width);
    const end = blank > 0 ? blank : width;
    rows.push(rest.slice(0, end));
    rest = rest.slice(blank > 0 ? end + 1 : end);
  }
  rows.push(rest);
  return rows;
}

function createPaint(isColored: boolean) {
  return (text: string, color: keyof typeof COLORS): string => {
    const code = COLORS[color];
    const isPainted = isColored && code !== "" && text !== "";
    return isPainted ? `${code}${text}\x1b[0m` : text;
  };
}
