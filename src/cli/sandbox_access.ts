/**
 * What starting a sandbox takes.
 *
 * @module
 */

import type { Manifest } from "../act/sandbox/manifest.ts";
import { findOwnProgram, type OwnProgram } from "../util/own_program.ts";
import type { Planner } from "./load_planned.ts";

/** Goes into a handler host, and into the questions that are asked of an action once. */
export interface SandboxAccess {
  readonly program: OwnProgram;
  /** The daemon's user, beside root the only one whose files are used. */
  readonly ownUid: number | null;
}

/**
 * Makes a reader of what a file says of itself; nothing is asked before it is used.
 *
 * @param access default: found out when the first file is read
 */
export function createManifestReader(
  access?: SandboxAccess,
): (path: string) => Promise<Manifest> {
  let known = access;
  return async (path) => {
    const { readManifest } = await import("../act/sandbox/ask_once.ts");
    known ??= findSandboxAccess();
    return await readManifest({ kind: "file", path }, known);
  };
}

/**
 * Makes what asks plugins for plans; nothing is asked before it is used.
 *
 * @param access default: found out when the first plugin is asked
 */
export function createPlanner(access?: SandboxAccess): Planner {
  let known = access;
  return async (question) => {
    const { askPlan } = await import("../act/sandbox/ask_plan.ts");
    known ??= findSandboxAccess();
    return await askPlan(question, known);
  };
}

/**
 * Finds out once what a daemon cannot find out any more when it has given up its permissions.
 *
 * @throws {Error} when the program was started in another way than by its launcher
 */
export function findSandboxAccess(): SandboxAccess {
  return { program: findOwnProgram("a sandbox"), ownUid: Deno.uid() };
}
