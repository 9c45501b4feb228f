/**
 * What a person reads at the end of an import.
 *
 * @module
 */

import { formatProblems } from "../src/config/problems.ts";
import { escapeText } from "../src/util/escape.ts";
import type { Conversion } from "./convert_tree.ts";
import type { Fidelity, Outcome } from "./outcome.ts";

const WORDS: Readonly<Record<Fidelity, string>> = {
  exact: "exact",
  adapted: "adapted",
  lost: "not carried over",
};

/**
 * Draws the report:
 *
 *     sshd: adapted
 *       - It reads /var/log/auth.log instead of the journal
 *     nginx-http-auth: exact
 *     2 jails: 1 exact, 1 adapted, 0 not carried over
 *
 * Text from the tree is escaped.
 *
 * @param options `color`: default false
 */
export function formatReport(
  conversion: Conversion,
  options: { readonly color?: boolean } = {},
): string {
  const { outcomes, problems, disabled } = conversion;
  const jails = outcomes.filter(({ kind }) => kind === "jail");
  const others = outcomes.filter(({ kind, notes }) =>
    kind !== "jail" && notes.length > 0
  );
  const drawn = new Set(problems.map(({ message }) => message));
  const plain = problems.map(({ jail: _, ...problem }) => problem);
  const rest = disabled.length === 0 ? "" : `, ${disabled.length} not enabled`;
  return [
    formatProblems(plain, options),
    ...[...jails, ...others].map((outcome) => formatOutcome(outcome, drawn)),
    `${count(jails.length, "jail")}: ${summarize(jails)}${rest}\n`,
  ].join("");
}

/** @returns whether a jail lost protection, or the tree could not be read in full */
export function hasLosses({ outcomes, problems }: Conversion): boolean {
  return outcomes.some(({ fidelity }) => fidelity === "lost") ||
    problems.some(({ severity = "error" }) => severity === "error");
}

/** @param drawn what has been told with its place already */
function formatOutcome(
  { kind, name, fidelity, notes }: Outcome,
  drawn: ReadonlySet<string>,
): string {
  const prefix = kind === "filter" ? "filter " : "";
  const lines = notes.filter(({ what }) => !drawn.has(what)).map((
    { what, advice },
  ) =>
    `  - ${escapeText(what, 400)}${
      advice === undefined ? "" : `; ${escapeText(advice, 200)}`
    }\n`
  );
  return `${prefix}${escapeText(name, 64)}: ${WORDS[fidelity]}\n${
    lines.join("")
  }`;
}

function summarize(jails: readonly Outcome[]): string {
  const of = (wanted: Fidelity) =>
    jails.filter(({ fidelity }) => fidelity === wanted).length;
  return (["exact", "adapted", "lost"] as const)
    .map((fidelity) => `${of(fidelity)} ${WORDS[fidelity]}`).join(", ");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
