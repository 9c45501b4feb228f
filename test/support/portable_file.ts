/**
 * The portable file for tests: the one that FAIL2DENO_PROGRAM names, or one that is made once for this process.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runText } from "./run.ts";

const SCRIPT = fileURLToPath(
  new URL("../../scripts/portable", import.meta.url),
);

let made: Promise<string> | undefined;

/** @returns its absolute path */
export function portableFile(): Promise<string> {
  const named = Deno.env.get("FAIL2DENO_PROGRAM");
  if (named !== undefined) return Promise.resolve(named);
  made ??= makePortableFile();
  return made;
}

/** Makes another one from the same source. @returns its path, below a new folder in /tmp */
export async function makePortableFile(): Promise<string> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  globalThis.addEventListener("unload", () => {
    Deno.removeSync(folder, { recursive: true });
  });
  const file = `${folder}/fail2deno`;
  const { code, err } = await runText("sh", [SCRIPT, file]);
  strictEqual(code, 0, err);
  return file;
}
