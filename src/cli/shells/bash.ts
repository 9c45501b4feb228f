/**
 * The completion script for bash.
 *
 * @module
 */

import type { Command, Completion } from "../command.ts";
import { optionsOf, readShape } from "../parse.ts";

/** @returns a script to be sourced; it needs nothing else */
export function bashCompletion(commands: readonly Command[]): string {
  return `# bash completion for fail2deno, made by: fail2deno completions bash

_fail2deno_jails() {
  local -a where=()
  local i
  for ((i = 2; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
    -c | --config | --socket) where+=("\${COMP_WORDS[i]}" "\${COMP_WORDS[i + 1]}") ;;
    esac
  done
  "\${COMP_WORDS[0]}" completions jails "\${where[@]}" 2>/dev/null
}

# What the value of an option is; fails for what takes none.
_fail2deno_value() {
  case "$1 $2" in
${commands.flatMap(valueCases).join("\n")}
  *) return 1 ;;
  esac
}

# What an argument is, by its place.
_fail2deno_argument() {
  case "$1 $2" in
${commands.flatMap(argumentCases).join("\n")}
  esac
}

_fail2deno_options() {
  case $1 in
${commands.map(optionsCase).join("\n")}
  esac
}

_fail2deno_fill() {
  case $1 in
  jail) compgen -W "$(_fail2deno_jails)" -- "$2" ;;
  file) compopt -o filenames 2>/dev/null; compgen -f -- "$2" ;;
  folder) compopt -o filenames 2>/dev/null; compgen -d -- "$2" ;;
  words\\ *) compgen -W "\${1#words }" -- "$2" ;;
  esac
}

_fail2deno() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]} kind place=0 i
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "${
    names(commands).join(" ")
  } --help --version" -- "$current")
    return
  fi
  if ! kind=$(_fail2deno_value "$command" "\${COMP_WORDS[COMP_CWORD - 1]}"); then
    if [[ $current == -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$(_fail2deno_options "$command")" -- "$current")
      return
    fi
    for ((i = 2; i < COMP_CWORD; i++)); do
      if _fail2deno_value "$command" "\${COMP_WORDS[i]}" >/dev/null; then
        ((i++))
      elif [[ \${COMP_WORDS[i]} != -* ]]; then
        ((place++))
      fi
    done
    kind=$(_fail2deno_argument "$command" "$place")
  fi
  mapfile -t COMPREPLY < <(_fail2deno_fill "$kind" "$current")
}

complete -F _fail2deno fail2deno
`;
}

function names(commands: readonly Command[]): string[] {
  return commands.filter(({ isHidden }) => isHidden !== true)
    .map(({ name }) => name);
}

function valueCases(command: Command): string[] {
  return optionsOf(command).flatMap((option) => {
    const { long, short, takesValue } = readShape(option);
    if (!takesValue) return [];
    const forms = [`"${command.name} --${long}"`];
    if (short !== undefined) forms.push(`"${command.name} -${short}"`);
    return [`  ${forms.join(" | ")}) echo "${toKind(option.takes)}" ;;`];
  });
}

function argumentCases({ name, arguments: parts = [] }: Command): string[] {
  return parts.flatMap(({ form, takes }, place) => {
    if (takes === undefined) return [];
    const pattern = form.includes("...") ? `"${name} "*` : `"${name} ${place}"`;
    return [`  ${pattern}) echo "${toKind(takes)}" ;;`];
  });
}

function optionsCase(command: Command): string {
  const options = optionsOf(command).flatMap((option) => {
    const { long, short } = readShape(option);
    return [`--${long}`, ...short === undefined ? [] : [`-${short}`]];
  });
  return `  ${command.name}) echo "${options.join(" ")}" ;;`;
}

function toKind(takes: Completion | undefined): string {
  if (takes === undefined) return "nothing";
  return typeof takes === "string" ? takes : `words ${takes.join(" ")}`;
}
