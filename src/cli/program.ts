/**
 * From argv to a command: the parser and the help, made from the table of commands.
 *
 * @module
 */

import { Command as Parser, CommanderError } from "commander";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import type { CliContext, Command, Invocation } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { reportFailure } from "./failure.ts";

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
  let exitCode: ExitCode = EXIT.ok;
  const parser = createParser(context, async (command, invocation) => {
    exitCode = await command.run(invocation);
  });
  try {
    await parser.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    return reportFailure(error, context);
  }
}

type Execute = (command: Command, invocation: Invocation) => Promise<void>;

/** @returns a parser that knows all commands of the table */
function createParser(context: CliContext, execute: Execute): Parser {
  const parser = new Parser("fail2deno")
    .description(
      "Watches logs, finds the hosts that attack, and has the kernel drop them.",
    )
    .usage("<command> [options]")
    .helpCommand("help [command]", "Show the help of a command")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out(text),
      writeErr: (text) => context.err(text),
      getOutHelpWidth: () => context.width,
      getErrHelpWidth: () => context.width,
      getOutHasColors: () => context.isColored,
      getErrHasColors: () => context.isColored,
    })
    .addHelpText(
      "after",
      "\nExamples:\n  fail2deno demo                 see it work, in namespaces of its own\n" +
        "  fail2deno check -c FILE        test a configuration\n" +
        "  fail2deno run -c FILE          start the daemon in the foreground\n" +
        "  fail2deno status               what it watches and whom it holds",
    );
  for (const command of COMMANDS) {
    addCommand(parser, { command, context, execute });
  }
  return parser;
}

interface Entry {
  readonly command: Command;
  readonly context: CliContext;
  readonly execute: Execute;
}

function addCommand(
  parser: Parser,
  { command, context, execute }: Entry,
): void {
  const sub = parser
    .command(command.name, { hidden: command.isHidden === true })
    .summary(command.summary)
    .description(
      command.details === undefined
        ? command.summary
        : `${command.summary}\n\n${command.details}`,
    )
    .showHelpAfterError(`(fail2deno ${command.name} --help shows how)`)
    .option("-c, --config <file>", "configuration file");
  for (const part of command.arguments ?? []) {
    sub.argument(part.form, part.summary);
  }
  for (const part of command.options ?? []) sub.option(part.form, part.summary);
  if (command.hasJson === true) sub.option("--json", "print JSON");
  if (command.asksDaemon === true) {
    sub.option("--socket <path>", "the daemon's control socket");
  }
  sub.addHelpText("after", formatExamples(command));
  sub.action(async () => {
    await execute(command, {
      words: sub.processedArgs.flat().filter((word) => word !== undefined),
      options: sub.opts(),
      context,
    });
  });
}

function formatExamples(command: Command): string {
  const lines = command.examples.map(({ line, summary }) =>
    `  ${line}\n      ${summary}`
  );
  return `\nExamples:\n${lines.join("\n")}`;
}
