/**
 * Checks that no file grew past what a reader takes in. Long functions are found by the lint plugin, which has the syntax.
 *
 *     deno run -R scripts/check_sizes.ts
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { projectFiles } from "./project_files.ts";

/** Longest file in lines. */
export const MAX_FILE_LINES = 400;

/** Files that may be longer, each with its reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {};

/**
 * Checks the length of all TypeScript files under a folder.
 *
 * @param root the project's folder, absolute
 * @param exemptions path → reason; default LONG_FILES
 * @returns one sentence for each problem; empty when all is well
 */
export function checkSizes(
  root: string,
  exemptions = LONG_FILES,
): readonly string[] {
  const problems: string[] = [];
  const long = new Set<string>();
  for (const path of projectFiles(root, [".ts"])) {
    const lines = countLines(Deno.readTextFileSync(`${root}/${path}`));
    if (lines <= MAX_FILE_LINES) continue;
    long.add(path);
    if (path in exemptions) continue;
    problems.push(
      `Cannot take "${path}" with ${lines} lines: expected at most ${MAX_FILE_LINES}; split it`,
    );
  }
  for (const [path, reason] of Object.entries(exemptions)) {
    if (reason.trim() === "") {
      problems.push(`Cannot exempt "${path}": no reason given`);
    }
    if (!long.has(path)) {
      problems.push(
        `Cannot exempt "${path}": it is not longer than ${MAX_FILE_LINES} lines, or not there`,
      );
    }
  }
  return problems;
}

function countLines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../", import.meta.url)).slice(0, -1);
  const problems = checkSizes(root);
  for (const problem of problems) console.error(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
