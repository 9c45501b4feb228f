/**
 * Looks into a compiled program whether all that protects it was compiled in.
 *
 *     deno run -R scripts/check_compiled.ts FILE V8_FLAGS
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

/** Entries of threads, which are found by name when the program runs. */
const WORKERS: readonly string[] = ["scan_worker.ts"];

/** @returns one sentence for each module of a thread that the program does not hold */
export function judgeWorkers(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return WORKERS
    .filter((name) => !buffer.includes(`{"File":{"n":${JSON.stringify(name)}`))
    .map((name) => `Cannot accept the compiled program: ${name} is not in it`);
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
  const [file = "", flags = ""] = Deno.args;
  const bytes = Deno.readFileSync(file);
  const problems = [
    ...judgeMetadata(readMetadata(bytes), flags.split(",")),
    ...judgeWorkers(bytes),
  ];
  for (const problem of problems) console.error(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
