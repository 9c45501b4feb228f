/**
 * What starting a sandbox takes.
 *
 * @module
 */

import { findOwnProgram, type OwnProgram } from "../util/own_program.ts";

/** Goes into a handler host, and into the questions that are asked of an action once. */
export interface SandboxAccess {
  readonly program: OwnProgram;
  /** The daemon's user, beside root the only one whose files are used. */
  readonly ownUid: number | null;
}

/**
 * Finds out once what a daemon cannot find out any more when it has given up its permissions.
 *
 * @throws {Error} when the program was started in another way than by its launcher
 */
export function findSandboxAccess(): SandboxAccess {
  return { program: findOwnProgram("a sandbox"), ownUid: Deno.uid() };
}
