/**
 * The recorded facts that tests compare with; they lie outside of the project.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** `conformance` in the folder named by FAIL2DENO_SHARED, else in `../shared` beside the project. */
const FOLDER = `${
  Deno.env.get("FAIL2DENO_SHARED") ??
    fileURLToPath(new URL("../../../shared", import.meta.url))
}/conformance`;

/** @returns the folder of the data, or undefined where it is absent: the test is skipped aloud then */
export function conformanceFolder(): string | undefined {
  return isThere(FOLDER) ? FOLDER : undefined;
}

/** @returns the text of a file of the data, or undefined where it is absent, which is said aloud */
export function readShared(name: string): string | undefined {
  const path = `${FOLDER}/${name}`;
  return isThere(path) ? Deno.readTextFileSync(path) : undefined;
}

/** @returns a file's JSON; what it holds is up to the caller to know */
export function readJson<T>(file: string): T {
  return JSON.parse(Deno.readTextFileSync(file));
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn(
      `Skipped: there is no "${path}" (FAIL2DENO_SHARED names the folder above conformance)`,
    );
    return false;
  }
}
