/**
 * The completion script for zsh.
 *
 * @module
 */

import type { Command, CommandPart, Completion } from "../command.ts";
import { optionsOf, readShape } from "../parse.ts";

/** @returns a function for a folder of `fpath`, named _fail2deno */
export function zshCompletion(commands: readonly Command[]): string {
  const listed = commands.filter(({ isHidden }) => isHidden !== true);
  return `#compdef fail2deno
# zsh completion for fail2deno, made by: fail2deno completions zsh

_fail2deno_jails() {
  local -a where jails
  local option
  for option in -c --config --socket; do
    [[ -n \${opt_args[$option]} ]] && where+=($option \${opt_args[$option]})
  done
  jails=(\${(f)"$(fail2deno completions jails $where 2>/dev/null)"})
  compadd -a jails
}

_fail2deno() {
  local state line
  typeset -A opt_args
  _arguments -C '1:command:->command' '*::argument:->argument'
  case $state in
  command)
    local -a commands=(
${
    listed.map(({ name, summary }) =>
      `      ${quote(`${escape(name)}:${summary}`)}`
    ).join("\n")
  }
    )
    _describe command commands
    ;;
  argument)
    case $words[1] in
${commands.map(commandCase).join("\n")}
    esac
    ;;
  esac
}

_fail2deno "$@"
`;
}

function commandCase(command: Command): string {
  const specs = [
    ...optionsOf(command).map(optionSpec),
    ...(command.arguments ?? []).map(argumentSpec),
  ];
  return `    ${command.name})\n      _arguments ${
    specs.join(" \\\n        ")
  }\n      ;;`;
}

/** `'(-j --jail)'{-j,--jail}'[the jail]:jail:_fail2deno_jails'`. */
function optionSpec(option: CommandPart): string {
  const { long, short, takesValue, isList } = readShape(option);
  const value = takesValue ? `:${long}:${action(option.takes)}` : "";
  const rest = quote(`[${escape(option.summary)}]${value}`);
  const star = isList ? quote("*") : "";
  return short === undefined
    ? `${star}${quote(`--${long}`)}${rest}`
    : `${
      isList ? star : quote(`(-${short} --${long})`)
    }{-${short},--${long}}${rest}`;
}

function argumentSpec(
  { form, summary, takes }: CommandPart,
  at: number,
): string {
  const place = form.includes("...") ? "*" : String(at + 1);
  const separator = form.startsWith("[") ? "::" : ":";
  return quote(`${place}${separator}${escape(summary)}:${action(takes)}`);
}

function action(takes: Completion | undefined): string {
  switch (takes) {
    case undefined:
      return " ";
    case "jail":
      return "_fail2deno_jails";
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    default:
      return `(${takes.join(" ")})`;
  }
}

/** Brackets and colons are the language of the specs. */
function escape(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
