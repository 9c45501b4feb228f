/**
 * The recorded facts that tests compare with; they lie outside of the project.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** @returns the folder of the data, or undefined where it is absent: the test is skipped aloud then */
export function conformanceFolder(): string | undefined {
  const shared = Deno.env.get("FAIL2DENO_SHARED") ??
    fileURLToPath(new URL("../../../shared", import.meta.url));
  const folder = `${shared}/conformance`;
  try {
    Deno.statSync(folder);
    return folder;
  } catch {
    console.warn(
      `Skipping: there is no "${folder}" (FAIL2DENO_SHARED names the folder above it)`,
    );
    return undefined;
  }
}

/** @returns a file's JSON; what it holds is up to the caller to know */
export function readJson<T>(file: string): T {
  return JSON.parse(Deno.readTextFileSync(file));
}
