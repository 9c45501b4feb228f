/**
 * Python as the other side: its own pickle module writes and reads.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { runText } from "../../support/run.ts";
import { isFile } from "../../support/is_file.ts";

const PYTHON = "/usr/bin/python3";

/** Whether it is here; if not, that is said aloud. */
export const hasPython = isFile(PYTHON);

/** Runs a program of Python's with one argument, and reads the JSON that it prints. */
export async function askPython<T>(
  program: string,
  argument: unknown,
): Promise<T> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  try {
    const file = `${folder}/argument.json`;
    Deno.writeTextFileSync(file, JSON.stringify(argument));
    const text = `import json, pickle, sys\nargument = json.load(open(${
      JSON.stringify(file)
    }))\n${program}`;
    const { code, out, err } = await runText(PYTHON, ["-I", "-c", text]);
    ok(code === 0, err);
    return JSON.parse(out);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
