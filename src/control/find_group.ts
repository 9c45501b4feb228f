/**
 * The number of a group.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import { GETENT } from "../util/name_resolver.ts";
import { runProgram } from "../util/run_program.ts";

/**
 * Looks a group up as the system does, wherever it keeps them.
 *
 * @param group name, or the number itself
 * @throws {Error} when there is none
 */
export async function findGroup(group: string): Promise<number> {
  if (/^\d+$/.test(group)) return Number(group);
  const { prints, message } = await runProgram(GETENT, {
    args: ["group", group],
    deadlineMs: 10_000,
    outputLimit: 65_536,
  });
  const id = /^[^:]*:[^:]*:(\d+):/.exec(prints)?.[1];
  if (id !== undefined) return Number(id);
  throw new Error(
    `Cannot find group "${
      escapeText(group, 40)
    }" of read_only_socket: ${message}, expected one that is there`,
  );
}
