/**
 * The hidden mode `plugin-host`: what the program does when the core has started it as a sandbox.
 *
 *     fail2deno plugin-host UID:GID                             compiled: hardens itself, then executes itself as the next line
 *     fail2deno plugin-host inside LANDLOCK                     serves the core
 *     … plugin-host harden UID:GID FOLDER PROGRAM ARGUMENT…     from source: the launcher knows how the second life is run
 *
 * @module
 */

import { dirname } from "node:path/posix";
import { fileURLToPath } from "node:url";

/** Without a compiler, V8 sets aside what it uses: 70 MiB with one worker, some 10 more for each other. */
const DATA_MEBIBYTES = 512;

/** V8's flags are compiled in, and with its compiler it sets aside 512 MiB of addresses for each worker. */
const COMPILED_DATA_MEBIBYTES = 32 * 512;

/** @param words behind `plugin-host` @returns the exit code; what is wrong has been told on standard error */
export async function runPluginMode(words: readonly string[]): Promise<number> {
  const [first = "", ...rest] = words;
  try {
    if (first !== "inside") return await hardenAs(first, rest);
    const { servePlugins } = await import("./plugin_host.ts");
    await servePlugins(Number(rest[0]) || 0);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    Deno.stderr.writeSync(new TextEncoder().encode(message));
    return 1;
  }
}

async function hardenAs(
  first: string,
  rest: readonly string[],
): Promise<never> {
  const { harden } = await import("./harden.ts");
  if (first === "harden") {
    const [ids = "", folder = "", ...next] = rest;
    const entry = fileURLToPath(Deno.mainModule);
    const programFiles = [folder, Deno.execPath(), dirname(entry), entry];
    harden({ ids, programFiles, dataMebibytes: DATA_MEBIBYTES, next });
  }
  const program = Deno.execPath();
  const next = [program, "plugin-host", "inside"];
  return harden({
    ids: first,
    programFiles: [program],
    dataMebibytes: COMPILED_DATA_MEBIBYTES,
    next,
  });
}
