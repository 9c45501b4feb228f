/**
 * A log to be replayed, as bytes: a file, a pipe, or standard input.
 *
 * @module
 */

import { describeReadError } from "../../config/read_text.ts";
import { InputError } from "../command.ts";
import { absolutePath } from "../setup.ts";

/** The word for standard input. */
export const STDIN_NAME = "-";

/** A log that was named, before it is opened. */
export interface NamedLog {
  /** As it was typed. */
  readonly name: string;
  /** Bytes; undefined where only its end will tell. */
  readonly size: number | undefined;
}

/** An open log. */
export interface LogInput extends NamedLog, Disposable {
  /** The file itself where its cursor may be moved. */
  readonly file: Deno.FsFile | undefined;
  /** @returns bytes read, at once for a file; 0 at the end, or when `stopped` resolves first */
  read(buffer: Uint8Array): number | Promise<number>;
}

/**
 * Looks at a log without opening it, so that a misspelt name is told before the others are read.
 *
 * @throws {InputError} in the system's words
 */
export function statLog(name: string): NamedLog {
  if (name === STDIN_NAME) return { name, size: undefined };
  return explained(name, () => {
    const stat = Deno.statSync(absolutePath(name));
    if (stat.isDirectory) {
      throw new InputError(`Cannot read log "${name}": it is a folder`);
    }
    return { name, size: stat.isFile ? stat.size : undefined };
  });
}

/**
 * Opens it.
 *
 * @param stopped ends the wait for a pipe that says nothing
 * @throws {InputError} in the system's words
 */
export function openLog(log: NamedLog, stopped: Promise<void>): LogInput {
  if (log.name === STDIN_NAME) return pipeInput(log, Deno.stdin, stopped);
  return explained(log.name, () => {
    const file = Deno.openSync(absolutePath(log.name));
    if (log.size === undefined) return pipeInput(log, file, stopped);
    return {
      ...log,
      file,
      read: (buffer) => file.readSync(buffer) ?? 0,
      [Symbol.dispose]: () => file.close(),
    };
  });
}

function pipeInput(
  log: NamedLog,
  pipe: { read(buffer: Uint8Array): Promise<number | null>; close(): void },
  stopped: Promise<void>,
): LogInput {
  const end = stopped.then(() => null);
  return {
    ...log,
    file: undefined,
    read: async (buffer) => await Promise.race([pipe.read(buffer), end]) ?? 0,
    [Symbol.dispose]: () => {
      if (log.name !== STDIN_NAME) pipe.close();
    },
  };
}

function explained<T>(name: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `Cannot read log "${name}": ${describeReadError(error)}`,
      { cause: error },
    );
  }
}
