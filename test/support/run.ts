/**
 * Runs a program and takes down what it says.
 *
 * @module
 */

/** What a program said. */
export interface RunResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs it to its end. @param env added to the environment */
export async function runText(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...words],
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}
