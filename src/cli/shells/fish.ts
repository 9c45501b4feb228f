/**
 * The completion script for fish.
 *
 * @module
 */

import type { Command, CommandPart, Completion } from "../command.ts";
import { optionsOf, readShape } from "../parse.ts";

/** @returns a file for a folder of fish's completions, named fail2deno.fish */
export function fishCompletion(commands: readonly Command[]): string {
  const listed = commands.filter(({ isHidden }) => isHidden !== true);
  return `# fish completion for fail2deno, made by: fail2deno completions fish

function __fail2deno_jails
    set -l where
    set -l words (commandline -opc)
    for i in (seq (count $words))
        if contains -- $words[$i] -c --config --socket; and set -q words[(math $i + 1)]
            set -a where $words[$i] $words[(math $i + 1)]
        end
    end
    fail2deno completions jails $where 2>/dev/null
end

complete -c fail2deno -f
${
    listed.map(({ name, summary }) =>
      `complete -c fail2deno -n __fish_use_subcommand -a ${name} -d ${
        quote(summary)
      }`
    ).join("\n")
  }
${commands.flatMap(completeCommand).join("\n")}
`;
}

function completeCommand(command: Command): string[] {
  const start = `complete -c fail2deno -n ${
    quote(`__fish_seen_subcommand_from ${command.name}`)
  }`;
  const kinds = new Set((command.arguments ?? []).map(({ takes }) => takes));
  return [
    ...optionsOf(command).map((option) => `${start} ${optionPart(option)}`),
    ...[...kinds].flatMap((takes) =>
      takes === undefined ? [] : [`${start} ${candidates(takes)}`]
    ),
  ];
}

function optionPart(option: CommandPart): string {
  const { long, short, takesValue } = readShape(option);
  const name = short === undefined ? `-l ${long}` : `-s ${short} -l ${long}`;
  const value = !takesValue
    ? ""
    : option.takes === undefined
    ? " -x"
    : ` -r ${candidates(option.takes)}`;
  return `${name}${value} -d ${quote(option.summary)}`;
}

function candidates(takes: Completion): string {
  switch (takes) {
    case "jail":
      return "-a '(__fail2deno_jails)'";
    case "file":
      return "-F";
    case "folder":
      return "-a '(__fish_complete_directories)'";
    default:
      return `-a ${quote([takes].flat().join(" "))}`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
