/**
 * The hidden mode `plugin-host`: what the program does when the core has started it as a sandbox.
 *
 *     fail2deno plugin-host UID:GID                             compiled: hardens itself, then executes itself as the next line
 *     fail2deno plugin-host inside LANDLOCK                     serves the core
 *     … plugin-host harden UID:GID FOLDER PROGRAM ARGUMENT…     from source: the launcher knows how the second life is run
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** Without a compiler, V8 sets aside what it uses: 70 MiB with one worker, some 10 more for each other. */
const DATA_MEBIBYTES = 512;

/** V8's flags are compiled in, and with its compiler it sets aside 512 MiB of addresses for each worker. */
const COMPILED_DATA_MEBIBYTES = 32 * 512;

/** @param words behind `plugin-host` */
export async function runPluginMode(words: readonly string[]): Promise<void> {
  const [first = "", ...rest] = words;
  if (first === "inside") {
    const { servePlugins } = await import("./plugin_host.ts");
    return await servePlugins(Number(rest[0]) || 0);
  }
  const { harden } = await import("./harden.ts");
  if (first === "harden") {
    const [ids = "", folder = "", ...next] = rest;
    const programFiles = [folder, Deno.execPath(), entryFolder()];
    harden({ ids, programFiles, dataMebibytes: DATA_MEBIBYTES, next });
  }
  const program = Deno.execPath();
  const next = [program, "plugin-host", "inside"];
  harden({
    ids: first,
    programFiles: [program],
    dataMebibytes: COMPILED_DATA_MEBIBYTES,
    next,
  });
}

/** Where the bundle is, when it is not in the program's folder. */
function entryFolder(): string {
  return fileURLToPath(new URL("./", Deno.mainModule));
}
