/**
 * `fail2deno db check`.
 *
 * @module
 */

import { checkState, type StateReport } from "../store/check_state.ts";
import { SCHEMA_VERSION } from "../store/schema.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import type { Invocation } from "./command.ts";
import { print } from "./setup.ts";
import { existingState } from "./state_file.ts";
import { formatTable } from "./table.ts";

/** Tells whether the state is sound. */
export async function checkDatabase(
  invocation: Invocation,
): Promise<ExitCode> {
  const path = await existingState(invocation);
  const report = checkState(path);
  print(invocation, { path, ...report }, () => format(path, report));
  return report.problems.length === 0 ? EXIT.ok : EXIT.no;
}

function format(path: string, report: StateReport): string {
  const { rows, problems, version } = report;
  const tables = Object.entries(rows).map(([table, count]) => [
    table,
    count,
    problems.filter((problem) => problem.table === table)
      .reduce((sum, problem) => sum + (problem.rows ?? 0), 0),
  ]);
  const table = tables.length === 0
    ? ""
    : formatTable(["TABLE", "ROWS", "BAD"], tables);
  const lines = problems.map(({ table, what, rows, example }) => {
    const first = example === undefined ? "" : `, such as ${example}`;
    const text = rows === undefined
      ? `${table}: ${what}`
      : `${table}: ${rows} ${rows === 1 ? "row" : "rows"} ${what}${first}`;
    return `${escapeText(text, 400)}\n`;
  });
  return `${table}${lines.join("")}${escapeText(path, 200)} is ${
    problems.length === 0 ? "sound" : "not sound"
  }${describeVersion(version)}\n`;
}

function describeVersion(version: number | undefined): string {
  if (version === undefined || version === SCHEMA_VERSION) return "";
  return `, of version ${version}: the next start of the daemon makes it ${SCHEMA_VERSION}`;
}
