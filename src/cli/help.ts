/**
 * The help pages, made from the table of commands.
 *
 * @module
 */

import type { Command, CommandPart } from "./command.ts";
import { optionsOf } from "./parse.ts";

/** @returns the page that lists the commands */
export function formatProgramHelp(
  commands: readonly Command[],
  width: number,
): string {
  const rows = commands.filter(({ isHidden }) => isHidden !== true)
    .map(({ name, summary }) => ({ form: name, summary }));
  return [
    "Watches logs, finds the hosts that attack, and has the kernel drop them.\n",
    "Usage: fail2deno COMMAND [OPTION...]\n",
    `Commands:\n${formatRows(rows, width)}`,
    "Examples:",
    "  fail2deno demo              see it work, in namespaces of its own",
    "  fail2deno check -c FILE     test a configuration",
    "  fail2deno run -c FILE       start the daemon in the foreground",
    "  fail2deno status            what it watches and whom it holds\n",
    "fail2deno COMMAND --help shows a command's own page.\n",
  ].join("\n");
}

/** @returns a command's own page */
export function formatCommandHelp(command: Command, width: number): string {
  const words = (command.arguments ?? []).map(({ form }) => ` ${form}`);
  const parts = [
    `Usage: fail2deno ${command.name}${words.join("")} [OPTION...]\n`,
    `${wrap(command.summary, { width, indent: 0 })}\n`,
  ];
  if (command.details !== undefined) {
    parts.push(`${wrap(command.details, { width, indent: 0 })}\n`);
  }
  if (command.arguments !== undefined) {
    parts.push(`Arguments:\n${formatRows(command.arguments, width)}`);
  }
  parts.push(`Options:\n${formatRows(optionsOf(command), width)}`);
  const examples = command.examples.map(({ line, summary }) =>
    `  ${line}\n      ${summary}\n`
  );
  parts.push(`Examples:\n${examples.join("")}`);
  return parts.join("\n");
}

/** Names on the left, explanations wrapped on the right. */
function formatRows(rows: readonly CommandPart[], width: number): string {
  const left = Math.max(...rows.map(({ form }) => form.length)) + 4;
  return rows.map(({ form, summary }) =>
    `  ${form}`.padEnd(left) + wrap(summary, { width, indent: left }) + "\n"
  ).join("");
}

/** Breaks a text between words; lines after the first are indented. A width too narrow to wrap in is ignored. */
function wrap(
  text: string,
  { width, indent }: { readonly width: number; readonly indent: number },
): string {
  const room = Math.max(30, width - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
