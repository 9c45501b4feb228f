/**
 * How the program starts itself again: as a sandbox, or as the demo's daemon.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** A way to start this program. */
export interface OwnProgram {
  /** Absolute. */
  readonly path: string;
  /** What it needs to be this very program: from source, the launcher would otherwise look for a Deno and an entry. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the launcher, or the executable. Reads FAIL2DENO_SELF, so it has to come before `env` is revoked.
 *
 * @param purpose for the error: `the demo`
 * @throws {Error} when the program was started in another way than by its launcher
 */
export function findOwnProgram(purpose: string): OwnProgram {
  const launcher = Deno.env.get("FAIL2DENO_SELF");
  if (launcher !== undefined && launcher !== "") {
    const env = {
      FAIL2DENO_DENO: Deno.execPath(),
      FAIL2DENO_MAIN: fileURLToPath(Deno.mainModule),
    };
    return { path: launcher, env };
  }
  if (Deno.build.standalone) return { path: Deno.execPath(), env: {} };
  throw new Error(
    `Cannot start ${purpose}: FAIL2DENO_SELF is not set, expected to be run by scripts/fail2deno`,
  );
}
