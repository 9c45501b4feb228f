/**
 * Ends a process with all that it started.
 *
 * @module
 */

/** The one shell that the program may run. */
export const SHELL = "/bin/sh";

/**
 * Kills the process group that `child` leads. Deno signals single processes only, unless it may run anything; the shell's own
 * `kill` reaches the group.
 */
export function killGroup(child: Deno.ChildProcess, shell: string): void {
  try {
    new Deno.Command(shell, {
      args: ["-c", `kill -9 -${child.pid}`],
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).outputSync();
    child.kill("SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
