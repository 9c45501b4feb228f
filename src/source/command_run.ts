/**
 * One life of a command whose output is a log.
 *
 * A list of words is handed on as it is: `/bin/sh -c 'exec "$@"' sh docker logs …` reads none of them. The shell is there
 * because the program may run no other program that it does not know beforehand.
 *
 * @module
 */

import { killGroup, SHELL } from "../util/kill_group.ts";
import { PROGRAM_ENV } from "../util/program_env.ts";

/** How long a command that has closed its output may take to end. */
const LINGER_MS = 1000;

/** What a run is asked to do. */
export interface CommandRunOptions {
  /** A text for the shell, or words that it does not read. */
  readonly command: string | readonly string[];
  /** Receives the output; the next piece is read when it is done with this one. */
  readonly onOutput: (piece: Uint8Array) => Promise<void>;
  /** Receives what it says on standard error. */
  readonly onSaid: (piece: Uint8Array) => void;
}

/** A run that was started. */
export interface CommandRun {
  /** Why it ended: `exit code 1`. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it with all that it started. */
  kill(): void;
}

/** Starts a command in an empty environment, in a process group of its own. */
export function startCommandRun(options: CommandRunOptions): CommandRun {
  let child: Deno.ChildProcess;
  try {
    child = spawn(options.command);
  } catch (error) {
    return { ended: Promise.resolve(describe(error)), kill: () => {} };
  }
  const output = child.stdout.getReader();
  const said = child.stderr.getReader();
  const kill = () => {
    killGroup(child, SHELL);
    // A process that left the group may hold them open for ever.
    for (const reader of [output, said]) reader.cancel().catch(() => {});
  };
  const ended = (async () => {
    const errors = forEachPiece(said, options.onSaid);
    await forEachPiece(output, options.onOutput);
    const late = setTimeout(kill, LINGER_MS);
    const { code, signal } = await child.status;
    clearTimeout(late);
    // What it left behind in its group is not wanted either.
    kill();
    await errors;
    return signal === null ? `exit code ${code}` : `killed by ${signal}`;
  })();
  return { ended, kill };
}

function spawn(command: string | readonly string[]): Deno.ChildProcess {
  const args = typeof command === "string"
    ? ["-c", command]
    : ["-c", 'exec "$@"', "sh", ...command];
  return new Deno.Command(SHELL, {
    args,
    clearEnv: true,
    env: PROGRAM_ENV,
    cwd: "/",
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

async function forEachPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  take: (piece: Uint8Array) => void | Promise<void>,
): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await take(value);
    }
  } catch {
    // The pipe broke: its end.
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
