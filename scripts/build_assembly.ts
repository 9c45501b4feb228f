/**
 * Compiles what is AssemblyScript to WebAssembly, and writes each module as TypeScript, so that a bundle holds it.
 *
 *     deno task assembly            --check writes nothing, and tells whether the modules are what the sources make
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

/** A source, and what is written from it. */
interface Assembly {
  /** What it is, for the head of the target. */
  readonly title: string;
  readonly source: string;
  readonly target: string;
  /** Beside those of all. */
  readonly options?: readonly string[];
}

const ASSEMBLIES: readonly Assembly[] = [
  {
    title: "prefilter",
    source: "src/match/prefilter/scan.as",
    target: "src/match/prefilter/module_bytes.ts",
  },
  {
    title: "line program",
    source: "src/match/bytes/line_program.as",
    target: "src/match/bytes/line_program_bytes.ts",
    options: ["--importTable"],
  },
];

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
 * Compiles a source.
 *
 * @returns the text of the file that holds the module
 * @throws {Error} with the compiler's messages
 */
async function build(assembly: Assembly): Promise<string> {
  const { source, options = [] } = assembly;
  const asc: Compiler = (await import(COMPILER)).default;
  const text = Deno.readTextFileSync(source);
  const messages: string[] = [];
  let module = new Uint8Array(0);
  const { error } = await asc.main(
    ["source.ts", "--outFile", "module.wasm", ...OPTIONS, ...options],
    {
      readFile: (name) => name === "source.ts" ? text : null,
      writeFile: (name, bytes) => {
        if (name === "module.wasm" && typeof bytes !== "string") {
          module = bytes.slice();
        }
      },
      listFiles: () => [],
      stderr: { write: (text) => void messages.push(String(text)) },
    },
  );
  if (error !== null) {
    throw new Error(
      `Cannot compile "${source}": ${error.message}\n${messages.join("")}`,
    );
  }
  return printModule(assembly, module);
}

function printModule({ title, source }: Assembly, module: Uint8Array): string {
  const file = source.slice(source.lastIndexOf("/") + 1);
  return `/**
 * The compiled ${title}, written from ${file} by \`deno task assembly\`.
 *
 * @module
 */

/** A WebAssembly module in base64; ${module.length} bytes. */
export const MODULE_BASE64 =
  "${module.toBase64()}";
`;
}

for (const assembly of ASSEMBLIES) {
  const { source, target } = assembly;
  const text = await build(assembly);
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(target, text);
  else if (text !== Deno.readTextFileSync(target)) {
    console.error(
      `Cannot accept "${target}": "${source}" makes another module, expected "deno task assembly" to have been run`,
    );
    Deno.exit(1);
  }
}
