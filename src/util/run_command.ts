/**
 * Runs one shell command with a deadline, in an environment that holds nothing but what it is given.
 *
 * @module
 */

import { killGroup } from "./kill_group.ts";
import { runProgram } from "./run_program.ts";

/** What to run. */
export interface CommandOptions {
  /** Absolute path of the shell. */
  readonly shell: string;
  /** Beside PATH and LC_ALL. */
  readonly env: Readonly<Record<string, string>>;
  /** After so long it is killed, with all that it started. */
  readonly deadlineMs: number;
  /** Bytes of each of the two outputs that are kept. */
  readonly outputLimit: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/** How it went. */
export interface CommandOutcome {
  /** `ok` is exit code 0. */
  readonly status: "ok" | "failed" | "timed out" | "not started";
  /** Absent where the shell did not end by itself. */
  readonly code?: number;
  /** In words: `exit code 2`. */
  readonly message: string;
  /** The start of what it printed, errors first; not escaped. */
  readonly output: string;
}

/** Runs a command to its end. @param command for `shell -c` @returns how it went; never rejects */
export async function runCommand(
  command: string,
  { shell, ...options }: CommandOptions,
): Promise<CommandOutcome> {
  const { errors, prints, ...outcome } = await runProgram(shell, {
    ...options,
    args: ["-c", command],
    isGroup: true,
    kill: (child) => killGroup(child, shell),
  });
  return { ...outcome, output: `${errors}${prints}` };
}
