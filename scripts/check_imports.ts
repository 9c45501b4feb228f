/**
 * Checks the module graph: cycles, the layers of every edge as the runtime resolves it, and modules that nothing reaches.
 *
 *     deno run -A scripts/check_imports.ts
 *
 * @module
 */

import { fileURLToPath, pathToFileURL } from "node:url";
import { judgeImport, zoneOf } from "./layers.ts";
import { projectFiles } from "./project_files.ts";

/** Which module imports which, by paths from the root. */
export type ModuleGraph = ReadonlyMap<string, readonly ModuleEdge[]>;

/** One import as the runtime resolved it. */
export interface ModuleEdge {
  /** Path from the root, `npm:NAME` or `node:NAME`. */
  readonly to: string;
  readonly isTypeOnly: boolean;
}

interface InfoModule {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly InfoDependency[];
}

interface InfoDependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string; readonly error?: string };
  readonly type?: { readonly specifier?: string; readonly error?: string };
}

/** What is started by itself or loaded by name. A test is none: a module that only its test needs is dead. */
const ENTRY_ZONES: readonly string[] = ["main", "actions", "scripts"];

/** Worker threads begin with it; a URL in the code names it. */
const WORKER = /^src\/.*_worker\.ts$/;

/** Where every module has to be needed. */
const REACHED_FOLDERS = /^(src|importer)\//;

/**
 * Checks all TypeScript files under a folder.
 *
 * @param root the project's folder, absolute, with a deno.json
 * @returns one sentence for each problem; empty when all is well
 * @throws {Error} when `deno info` cannot read the graph at all
 */
export async function checkImports(root: string): Promise<readonly string[]> {
  const files = projectFiles(root, [".ts"]);
  const { graph, problems } = await readGraph(root, files);
  const isWhole = problems.length === 0;
  for (const [from, edges] of graph) {
    for (const { to, isTypeOnly } of edges) {
      const message = judgeImport({ from, to, isTypeOnly });
      if (message !== undefined) problems.push(message);
    }
  }
  for (const cycle of findCycles(graph)) {
    problems.push(`Cannot import in a circle: ${cycle.join(" → ")}`);
  }
  // Where a module cannot be read, what it needs cannot be known.
  if (!isWhole) return problems;
  for (const path of findUnreached(graph)) {
    problems.push(
      `Cannot reach "${path}": no main.ts, action or script needs it`,
    );
  }
  return problems;
}

/**
 * Finds circles, type imports included: two modules that need each other's types are one module or need a third.
 *
 * @returns each circle as a closed path, `["a.ts", "b.ts", "a.ts"]`
 */
export function findCycles(
  graph: ModuleGraph,
): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  for (const start of graph.keys()) visit(start);
  return cycles;

  function visit(module: string): void {
    const first = path.indexOf(module);
    if (first >= 0) {
      cycles.push([...path.slice(first), module]);
      return;
    }
    if (done.has(module)) return;
    path.push(module);
    for (const { to } of graph.get(module) ?? []) visit(to);
    path.pop();
    done.add(module);
  }
}

/**
 * Finds modules of src/ and importer/ that no entry reaches.
 *
 * @returns their paths, sorted
 */
export function findUnreached(graph: ModuleGraph): readonly string[] {
  const reached = new Set<string>();
  const waiting = [...graph.keys()].filter((path) =>
    ENTRY_ZONES.includes(zoneOf(path)) || WORKER.test(path)
  );
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { to } of graph.get(path) ?? []) waiting.push(to);
  }
  return [...graph.keys()].filter((path) =>
    REACHED_FOLDERS.test(path) && !reached.has(path)
  ).sort();
}

async function readGraph(
  root: string,
  files: readonly string[],
): Promise<{ graph: ModuleGraph; problems: string[] }> {
  const graph = new Map<string, readonly ModuleEdge[]>();
  const problems: string[] = [];
  for (const module of await listModules(root, files)) {
    const from = toProjectPath(root, module.specifier);
    if (module.error !== undefined) {
      problems.push(`Cannot read module "${from}": ${module.error}`);
    }
    if (!files.includes(from)) continue;
    const edges: ModuleEdge[] = [];
    for (const dependency of module.dependencies ?? []) {
      const target = dependency.code ?? dependency.type;
      if (target?.specifier === undefined) {
        problems.push(
          `Cannot resolve "${dependency.specifier}" in "${from}": ${target?.error}`,
        );
        continue;
      }
      const to = toProjectPath(root, target.specifier);
      edges.push({ to, isTypeOnly: dependency.code === undefined });
    }
    graph.set(from, edges);
  }
  return { graph, problems };
}

/** `deno info` takes one root, so it gets a scratch module that imports every file. */
async function listModules(
  root: string,
  files: readonly string[],
): Promise<readonly InfoModule[]> {
  const scratch = await Deno.makeTempDir();
  try {
    const entry = `${scratch}/all.ts`;
    const imports = files.map((path) =>
      `import ${JSON.stringify(pathToFileURL(`${root}/${path}`).href)};\n`
    );
    await Deno.writeTextFile(entry, imports.join(""));
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["info", "--json", "--config", `${root}/deno.json`, entry],
        cwd: root,
      },
    ).output();
    const decoder = new TextDecoder();
    if (!success) {
      throw new Error(
        `Cannot read the module graph: ${decoder.decode(stderr)}`,
      );
    }
    return JSON.parse(decoder.decode(stdout)).modules;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

function toProjectPath(root: string, specifier: string): string {
  if (!specifier.startsWith("file:")) return specifier;
  const path = fileURLToPath(specifier);
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../", import.meta.url)).slice(0, -1);
  const problems = await checkImports(root);
  for (const problem of problems) console.error(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
