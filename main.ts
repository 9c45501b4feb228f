/**
 * fail2deno: from argv to a command; in a sandbox, which is the same program, to the code that runs there.
 *
 * @module
 */

import type { CliContext } from "./src/cli/command.ts";

const words = await isFail2banClient() ? ["client", ...Deno.args] : Deno.args;
const [first, ...rest] = words;

if ("WorkerGlobalScope" in globalThis) {
  (await import("./src/act/sandbox/plugin_worker.ts")).servePlugin();
} else if (first === "plugin-host") {
  const mode = await import("./src/act/sandbox/plugin_process_main.ts");
  Deno.exit(await mode.runPluginMode(rest));
} else {
  // What is compiled in cannot name the hosts of a configuration's actions; only a sandbox, and the demo, have a use for it.
  if (Deno.build.standalone && first !== "demo") {
    Deno.permissions.revokeSync({ name: "net" });
  }
  const { runProgram } = await import("./src/cli/program.ts");
  Deno.exit(await runProgram(words, createContext()));
}

/** Compiled, the program sees the name by which it was called; from source, the launcher looks at its own. */
async function isFail2banClient(): Promise<boolean> {
  if (!Deno.build.standalone) return false;
  const { default: process } = await import("node:process");
  return /(?:^|\/)fail2ban-client$/.test(process.argv0);
}

function createContext(): CliContext {
  return {
    out: (text) => write(Deno.stdout, text),
    err: (text) => write(Deno.stderr, text),
    isTerminal: Deno.stdout.isTerminal(),
    isColored: Deno.stdout.isTerminal() && !Deno.noColor,
    isErrColored: Deno.stderr.isTerminal() && !Deno.noColor,
    isErrTerminal: Deno.stderr.isTerminal(),
    width: terminalWidth(),
    programFolder: new URL("./", import.meta.url),
  };
}

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
