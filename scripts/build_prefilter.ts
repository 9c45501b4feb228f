/**
 * Compiles src/match/prefilter/scan.as to WebAssembly, and writes the module as TypeScript, so that a bundle holds it.
 *
 *     deno task prefilter            --check writes nothing, and tells whether the module is what the source makes
 *
 * The compiler is 100 MB with its optimizer, so it has a configuration of its own (assemblyscript.json): who only runs the
 * program never fetches it.
 *
 * @module
 */

/** What of the compiler is used; its types are where it is. */
interface Compiler {
  main(args: readonly string[], files: {
    readonly readFile: (name: string) => string | null;
    readonly writeFile: (name: string, bytes: Uint8Array | string) => void;
    readonly listFiles: () => readonly string[];
    readonly stderr: { readonly write: (text: unknown) => void };
  }): Promise<{ readonly error: Error | null }>;
}

/** Not known to the configuration that checks this file. */
const COMPILER = "assemblyscript/asc";

/** The source, in AssemblyScript. */
const SOURCE = "src/match/prefilter/scan.as";

/** What is written from it. */
const TARGET = "src/match/prefilter/module_bytes.ts";

/**
 * Relaxed shuffles are one instruction each; with indexes below 16, as here, they give the same on every processor. A memory
 * that is known to have a page saves one comparison for each place that is loaded from at a distance.
 */
const OPTIONS = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--initialMemory",
  "1",
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
async function buildPrefilter(source: string): Promise<string> {
  const asc: Compiler = (await import(COMPILER)).default;
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

const text = await buildPrefilter(Deno.readTextFileSync(SOURCE));
if (!Deno.args.includes("--check")) Deno.writeTextFileSync(TARGET, text);
else if (text !== Deno.readTextFileSync(TARGET)) {
  console.error(
    `Cannot accept "${TARGET}": "${SOURCE}" makes another module, expected "deno task prefilter" to have been run`,
  );
  Deno.exit(1);
}
