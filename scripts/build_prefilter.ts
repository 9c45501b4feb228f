/**
 * Compiles src/match/prefilter/scan.as to WebAssembly, and writes the module as TypeScript, so that a bundle holds it.
 *
 *     deno task prefilter
 *
 * @module
 */

import asc from "assemblyscript/asc";

/** The source, in AssemblyScript. */
export const SOURCE = "src/match/prefilter/scan.as";

/** What is written from it. */
export const TARGET = "src/match/prefilter/module_bytes.ts";

/** Relaxed shuffles are one instruction each; with indexes below 16, as here, they give the same on every processor. */
const OPTIONS = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--enable",
  "simd,relaxed-simd",
  "--use",
  "abort=",
];

/**
 * Compiles the source.
 *
 * @param source AssemblyScript
 * @returns the text of the file that holds the module
 * @throws {Error} with the compiler's messages
 */
export async function buildPrefilter(source: string): Promise<string> {
  const messages: string[] = [];
  let module = new Uint8Array(0);
  const { error } = await asc.main(
    ["scan.ts", "--outFile", "scan.wasm", ...OPTIONS],
    {
      readFile: (name) => name === "scan.ts" ? source : null,
      writeFile: (name, bytes) => {
        if (name === "scan.wasm" && typeof bytes !== "string") {
          module = bytes.slice();
        }
      },
      listFiles: () => [],
      stderr: { write: (text) => void messages.push(String(text)) },
    },
  );
  if (error !== null) {
    throw new Error(
      `Cannot compile "${SOURCE}": ${error.message}\n${messages.join("")}`,
    );
  }
  return printModule(module);
}

function printModule(module: Uint8Array): string {
  return `/**
 * The compiled prefilter, written from scan.as by \`deno task prefilter\`.
 *
 * @module
 */

/** A WebAssembly module in base64; ${module.length} bytes. */
export const MODULE_BASE64 =
  "${module.toBase64()}";
`;
}

if (import.meta.main) {
  const text = await buildPrefilter(Deno.readTextFileSync(SOURCE));
  Deno.writeTextFileSync(TARGET, text);
}
