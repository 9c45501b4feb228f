/**
 * Where recorded facts of fail2ban lie, beside the project.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The folder named by FAIL2DENO_SHARED, else `../shared` beside the project. */
export const SHARED = Deno.env.get("FAIL2DENO_SHARED") ??
  fileURLToPath(new URL("../../../shared", import.meta.url));

/** @returns the text of a file of `conformance`, or undefined where it is absent, which is said aloud */
export function readShared(name: string): string | undefined {
  const path = `${SHARED}/conformance/${name}`;
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn(`Skipped: "${path}" is absent`);
    return undefined;
  }
}
