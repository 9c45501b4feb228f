/**
 * From argv to a command.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { suggest } from "../util/suggest.ts";
import { type CliContext, type Command, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { reportFailure } from "./failure.ts";
import { formatCommandHelp, formatProgramHelp } from "./help.ts";
import { parseWords } from "./parse.ts";

/**
 * Runs what the words ask for.
 *
 * @param words argv without the program's name
 * @returns the exit code; every failure has been told on standard error
 */
export async function runProgram(
  words: readonly string[],
  context: CliContext,
): Promise<ExitCode> {
  const [first, ...rest] = words;
  const help = () => formatProgramHelp(COMMANDS, context.width);
  if (first === undefined) {
    context.err(help());
    return EXIT.usage;
  }
  if (first === "--help" || first === "-h") {
    context.out(help());
    return EXIT.ok;
  }
  try {
    if (first === "help") return showHelp(rest[0], context);
    const name = first === "--version" || first === "-V" ? "version" : first;
    return await runCommand(findCommand(name), { words: rest, context });
  } catch (error) {
    return reportFailure(error, context);
  }
}

async function runCommand(
  command: Command,
  { words, context }: {
    readonly words: readonly string[];
    readonly context: CliContext;
  },
): Promise<ExitCode> {
  try {
    const given = { context, commands: COMMANDS };
    if (command.readsWords === true) {
      return await command.run({ words, options: {}, lists: {}, ...given });
    }
    const parsed = parseWords(command, words);
    if (parsed.options.help === true) return showHelp(command.name, context);
    return await command.run({ ...parsed, ...given });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${error.message}\n(fail2deno ${command.name} --help shows how)`,
    );
  }
}

function showHelp(name: string | undefined, context: CliContext): ExitCode {
  context.out(
    name === undefined
      ? formatProgramHelp(COMMANDS, context.width)
      : formatCommandHelp(findCommand(name), context.width),
  );
  return EXIT.ok;
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((command) =>
    command.name === name || command.aliases?.includes(name) === true
  );
  if (command !== undefined) return command;
  const close = suggest(name, COMMANDS.map(({ name }) => name));
  const hint = close === undefined
    ? "fail2deno --help lists them"
    : `did you mean "${close}"?`;
  throw new UsageError(
    `Cannot run "${escapeText(name, 40)}": unknown command, ${hint}`,
  );
}
