/**
 * Runs a program that is trusted, and ends soon, for what it prints.
 *
 * @module
 */

import { PROGRAM_ENV } from "./program_env.ts";

/** All that a program printed. */
export interface ProgramPrint {
  /** Whether it ended with exit code 0. */
  readonly isOk: boolean;
  /** Standard output. */
  readonly prints: string;
  /** Standard error, without blanks around it; not escaped. */
  readonly errors: string;
}

/**
 * Runs it, and waits.
 *
 * @param program absolute path
 * @param args never seen by a shell
 * @throws when it cannot be started
 */
export function readProgramSync(
  program: string,
  args: readonly string[],
): ProgramPrint {
  return toPrint(commandOf(program, args).outputSync());
}

/** As `readProgramSync`, beside other work. @param deadlineMs after so long it is killed */
export async function readProgram(
  program: string,
  args: readonly string[],
  deadlineMs: number,
): Promise<ProgramPrint> {
  const child = commandOf(program, args).spawn();
  const deadline = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
  }, deadlineMs);
  try {
    return toPrint(await child.output());
  } finally {
    clearTimeout(deadline);
  }
}

function commandOf(program: string, args: readonly string[]): Deno.Command {
  return new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: PROGRAM_ENV,
    cwd: "/",
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

function toPrint(output: Deno.CommandOutput): ProgramPrint {
  const decoder = new TextDecoder();
  return {
    isOk: output.success,
    prints: decoder.decode(output.stdout),
    errors: decoder.decode(output.stderr).trim(),
  };
}
