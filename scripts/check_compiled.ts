/**
 * Looks into a compiled program whether all that protects it was compiled in.
 *
 *     deno run -R scripts/check_compiled.ts FILE V8_FLAGS FOLDER
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** What `deno compile` writes into the program, as far as it is looked at. */
export interface CompiledMetadata {
  readonly code_cache_key: unknown;
  readonly v8_flags: readonly string[];
  readonly permissions: Readonly<Record<string, unknown>>;
}

/** The kinds that the program is granted lists of. */
const KINDS = ["read", "write", "run", "ffi", "sys", "env"] as const;

const PATH_KINDS: readonly string[] = ["read", "write", "ffi"];

/**
 * Judges a compiled program's metadata.
 *
 * @param v8Flags the flags that must be there, as on the command line
 * @returns one sentence for each problem; empty when all is well
 */
export function judgeMetadata(
  metadata: CompiledMetadata,
  v8Flags: readonly string[],
): readonly string[] {
  const problems: string[] = [];
  const { permissions } = metadata;
  if (permissions.prompt !== false) problems.push("it would ask questions");
  if (metadata.code_cache_key !== null) {
    problems.push("it would load code from a cache that others may write");
  }
  for (const flag of v8Flags) {
    if (!metadata.v8_flags.includes(flag)) problems.push(`${flag} is missing`);
  }
  // Empty: all of it, for the sandbox to narrow.
  const net = permissions.allow_net;
  if (!Array.isArray(net) || net.length > 0) {
    problems.push("its sandbox could not reach the hosts of an action");
  }
  for (const kind of KINDS) {
    const entries = permissions[`allow_${kind}`];
    if (!Array.isArray(entries) || entries.length === 0) {
      problems.push(`${kind} is no list: everything or nothing is granted`);
      continue;
    }
    for (const entry of entries) {
      const isRelative = PATH_KINDS.includes(kind)
        ? !entry.startsWith("/")
        : kind === "run" && entry.startsWith(".");
      if (isRelative) {
        problems.push(`${kind} "${entry}" depends on the folder of the start`);
      }
    }
  }
  return problems.map((problem) =>
    `Cannot accept the compiled program: ${problem}`
  );
}

/**
 * Finds the metadata in a program's bytes: one JSON object behind the runtime's own code.
 *
 * @throws {Error} when there is none
 */
export function readMetadata(bytes: Uint8Array): CompiledMetadata {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .lastIndexOf('{"argv":[');
  const text = start < 0
    ? ""
    : new TextDecoder().decode(bytes.subarray(start, start + 65536));
  const end = findObjectEnd(text);
  if (end < 0) {
    throw new Error(
      "Cannot read the compiled program: no metadata found, expected an output of deno compile",
    );
  }
  return JSON.parse(text.slice(0, end));
}

/** An entry of what `deno compile` embeds; links and other kinds are not expected. */
type EmbeddedEntry =
  | { readonly File: { readonly n: string } }
  | {
    readonly Dir: { readonly n: string; readonly e: readonly EmbeddedEntry[] };
  };

/**
 * Finds what is embedded: a list in JSON behind the metadata, with a length of eight bytes before it.
 *
 * @returns paths below the entry's folder, sorted
 * @throws {Error} when there is none
 */
export function readEmbeddedPaths(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const metadata = buffer.lastIndexOf('{"argv":[');
  const starts = ['[{"File":{', '[{"Dir":{'].map((mark) =>
    buffer.indexOf(mark, Math.max(metadata, 0))
  ).filter((at) => at >= 8);
  const start = Math.min(...starts);
  if (metadata < 0 || !Number.isFinite(start)) {
    throw new Error(
      "Cannot read the compiled program: no list of files found, expected an output of deno compile",
    );
  }
  const length = Number(buffer.readBigUInt64LE(start - 8));
  const entries: EmbeddedEntry[] = JSON.parse(
    buffer.toString("utf8", start, start + length),
  );
  return entries.flatMap((entry) => listPaths(entry, "")).sort();
}

function listPaths(entry: EmbeddedEntry, folder: string): readonly string[] {
  if ("File" in entry) return [folder + entry.File.n];
  const { n, e } = entry.Dir;
  return e.flatMap((inner) => listPaths(inner, `${folder}${n}/`));
}

/**
 * Compares what is embedded with what the program loads when it runs: every module of its bundle, and its filters.
 *
 * @returns one sentence for each file that is missing, or that nothing loads
 */
export function judgeFiles(
  embedded: readonly string[],
  loaded: readonly string[],
): readonly string[] {
  const [has, needs] = [new Set(embedded), new Set(loaded)];
  return [
    ...loaded.filter((path) => !has.has(path)).map((path) =>
      `Cannot accept the compiled program: ${path} is not in it`
    ),
    ...embedded.filter((path) => !needs.has(path)).map((path) =>
      `Cannot accept the compiled program: ${path} is in it, and nothing loads that`
    ),
  ];
}

/** Asks Deno's own bundle what it imports: a specifier between quotes, by `import`, `export`, or `new URL`. */
const IMPORTED =
  /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*"(\.{1,2}\/[^"]+\.js)"/g;

/** @returns all files that the program in the folder reaches from main.js, and its filters, as paths below the folder */
export function findLoaded(folder: string): readonly string[] {
  const found = new Set<string>(["main.js"]);
  for (const path of found) {
    const text = Deno.readTextFileSync(`${folder}/${path}`);
    for (const [, specifier = ""] of text.matchAll(IMPORTED)) {
      found.add(new URL(specifier, `file:///${path}`).pathname.slice(1));
    }
  }
  for (const { name } of Deno.readDirSync(`${folder}/filters`)) {
    found.add(`filters/${name}`);
  }
  return [...found].sort();
}

/** @returns the index behind the object that begins the text, or -1 */
function findObjectEnd(text: string): number {
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted) {
      if (character === "\\") i++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return i + 1;
  }
  return -1;
}

if (import.meta.main) {
  const [file = "", flags = "", folder = ""] = Deno.args;
  const bytes = Deno.readFileSync(file);
  const problems = [
    ...judgeMetadata(readMetadata(bytes), flags.split(",")),
    ...judgeFiles(readEmbeddedPaths(bytes), findLoaded(folder)),
  ];
  for (const problem of problems) console.error(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
