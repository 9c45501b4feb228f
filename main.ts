/**
 * fail2deno: from argv to a command.
 *
 * @module
 */

import type { CliContext } from "./src/cli/command.ts";
import { runProgram } from "./src/cli/program.ts";

const context: CliContext = {
  out: (text) => write(Deno.stdout, text),
  err: (text) => write(Deno.stderr, text),
  isColored: Deno.stdout.isTerminal() && !Deno.noColor,
  isErrTerminal: Deno.stderr.isTerminal(),
  width: terminalWidth(),
  programFolder: new URL("./", import.meta.url),
};

Deno.exit(await runProgram(Deno.args, context));

/** Writes all of it; a reader that went away (`| head`) ends the program quietly. */
function write(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  try {
    while (written < bytes.length) {
      written += stream.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
    if (!(error instanceof Deno.errors.WouldBlock)) throw error;
  }
}

function terminalWidth(): number {
  try {
    // A terminal that does not know says 0.
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
