/**
 * What a self-check finds out, and how it is shown.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";

/** One thing that was looked at. */
export interface Finding {
  /** `ok`; `note`: worth knowing; `missing`: nobody is protected, or not all. */
  readonly state: "ok" | "note" | "missing";
  /** For example `kernel`, or `logs`. */
  readonly subject: string;
  readonly text: string;
  /** What to do about it, where there is something to do. */
  readonly remedy?: string;
}

/** Widest text of a finding; paths and words of the system are in it. */
const MOST_CHARACTERS = 400;

/**
 * Writes findings as text.
 *
 *     ok       kernel  nf_tables can be used
 *     missing  daemon  none is running
 *                      systemctl enable --now fail2deno
 */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const indent = " ".repeat("missing  ".length + width + 2);
  return findings.map(({ state, subject, text, remedy }) => {
    const head = `${state.padEnd(7)}  ${subject.padEnd(width)}  `;
    const rest = remedy === undefined ? "" : `${indent}${remedy}\n`;
    return `${head}${escapeText(text, MOST_CHARACTERS)}\n${rest}`;
  }).join("");
}
