/**
 * The reference of all commands, for docs/commands.md, made from the table of commands.
 *
 * @module
 */

import type { Command, CommandPart } from "./command.ts";
import { optionsOf } from "./parse.ts";

/** @returns Markdown: a chapter for each command */
export function renderCommands(commands: readonly Command[]): string {
  return commands.filter(({ isHidden }) => isHidden !== true)
    .map(renderCommand).join("\n");
}

function renderCommand(command: Command): string {
  const { name, summary, details, json, examples } = command;
  const parts = command.arguments ?? [];
  const usage = [name, ...parts.map(({ form }) => form)].join(" ");
  return [
    `## ${name}`,
    `\`fail2deno ${usage}\``,
    `${summary}.${details === undefined ? "" : ` ${escape(details)}`}`,
    [...parts, ...optionsOf(command)].map(renderPart).join("\n"),
    ...json === undefined ? [] : [`JSON: ${json}.`],
    `\`\`\`sh\n${
      examples.map(({ line, summary }) => `${line}   # ${summary}`).join("\n")
    }\n\`\`\``,
    "",
  ].join("\n\n");
}

function renderPart({ form, summary }: CommandPart): string {
  return `- \`${form}\`: ${escape(summary)}`;
}

/** What Markdown would take for its own. */
function escape(text: string): string {
  return text.replaceAll(/[<>*_]/g, "\\$&");
}
