/**
 * `fail2deno man [COMMAND]`.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import { EXIT } from "../util/exit_codes.ts";
import { suggest } from "../util/suggest.ts";
import { type Command, UsageError } from "./command.ts";

/** Prints manual pages. */
export const MAN: Command = {
  name: "man",
  summary: "Print the manual page of the program or of a command, as roff",
  arguments: [{ form: "[command]", summary: "default: the program" }],
  examples: [
    { line: "fail2deno man status | man -l -", summary: "read one" },
    {
      line:
        "fail2deno man explain > /usr/local/share/man/man8/fail2deno-explain.8",
      summary: "install one",
    },
  ],
  run: async ({ words: [name], context, commands }) => {
    const { commandPage, programPage } = await import("./man_page.ts");
    context.out(
      name === undefined
        ? programPage(commands)
        : commandPage(findCommand(commands, name)),
    );
    return EXIT.ok;
  },
};

function findCommand(commands: readonly Command[], name: string): Command {
  const command = commands.find((command) => command.name === name);
  if (command !== undefined) return command;
  const close = suggest(name, commands.map(({ name }) => name));
  throw new UsageError(
    `Cannot find a page for "${escapeText(name, 40)}": unknown command, ${
      close === undefined
        ? "fail2deno --help lists them"
        : `did you mean "${close}"?`
    }`,
  );
}
