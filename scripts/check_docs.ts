/**
 * Checks that every module and every export has its documentation, and that an exported signature uses exported types.
 *
 * `deno doc --lint` alone would also want a sentence for each member, where the name says all there is to say.
 *
 *     deno run -A scripts/check_docs.ts
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { projectFiles } from "./project_files.ts";

interface JsDoc {
  readonly doc?: string;
  readonly tags?: readonly unknown[];
}

interface DocModule {
  readonly module_doc?: JsDoc;
  readonly symbols: readonly {
    readonly name: string;
    readonly declarations: readonly {
      readonly declarationKind: string;
      readonly jsDoc?: JsDoc;
    }[];
  }[];
}

/** Tests are read by their names. */
const DOCUMENTED = /^(main\.ts$|src\/|importer\/|scripts\/|actions\/)/;

/**
 * Checks all TypeScript files under a folder but the tests.
 *
 * @param root the project's folder, absolute, with a deno.json
 * @returns one sentence for each problem; empty when all is well
 * @throws {Error} when `deno doc` cannot read the modules
 */
export async function checkDocs(root: string): Promise<readonly string[]> {
  const files = projectFiles(root, [".ts"]).filter((path) =>
    DOCUMENTED.test(path)
  );
  if (files.length === 0) return [];
  return [
    ...await findUndocumented(root, files),
    ...await findPrivateTypes(root, files),
  ];
}

async function findUndocumented(
  root: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const { success, out, err } = await runDoc(root, ["--json", ...files]);
  if (!success) throw new Error(`Cannot read the documentation: ${err}`);
  const nodes: Readonly<Record<string, DocModule>> = JSON.parse(out).nodes;
  const problems: string[] = [];
  for (const [url, { module_doc, symbols }] of Object.entries(nodes)) {
    const path = fileURLToPath(url).slice(root.length + 1);
    if (!isDocumented(module_doc)) {
      problems.push(`Cannot take "${path}": no documentation with @module`);
    }
    for (const { name, declarations } of symbols) {
      const exported = declarations.filter(({ declarationKind }) =>
        declarationKind === "export"
      );
      // A plugin's default export is what its module's documentation tells.
      if (
        name !== "default" && exported.length > 0 &&
        !exported.some(({ jsDoc }) => isDocumented(jsDoc))
      ) {
        problems.push(`Cannot export "${name}" of "${path}": no documentation`);
      }
    }
  }
  return problems;
}

/** The linter's own findings, as far as they concern types of ours. */
async function findPrivateTypes(
  root: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const { err } = await runDoc(root, ["--lint", ...files]);
  const problems: string[] = [];
  const pattern =
    /public type '([^']+)' references private type '([^']+)'\n *--> (.+):\d+:\d+/g;
  for (const [, name, type = "", file = ""] of err.matchAll(pattern)) {
    const text = Deno.readTextFileSync(file);
    // A package's own types, and a constant by typeof, are not ours to export.
    if (!new RegExp(`^(type|interface|class) ${type}\\b`, "m").test(text)) {
      continue;
    }
    const path = file.slice(root.length + 1);
    problems.push(
      `Cannot export "${name}" of "${path}": it uses "${type}", expected that to be exported, too`,
    );
  }
  return problems;
}

function isDocumented(jsDoc: JsDoc | undefined): boolean {
  return (jsDoc?.doc ?? "").trim() !== "" || (jsDoc?.tags ?? []).length > 0;
}

async function runDoc(root: string, args: readonly string[]) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "-q", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { success, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../", import.meta.url)).slice(0, -1);
  const problems = await checkDocs(root);
  for (const problem of problems) console.error(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
