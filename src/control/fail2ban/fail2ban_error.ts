/**
 * How fail2ban refuses: by exceptions of Python's, whose class tells its client what to say.
 *
 * @module
 */

import { ControlError } from "../types.ts";

/** Classes that clients tell apart. */
export type PythonClass =
  | "Exception"
  | "ValueError"
  | "IndexError"
  | "UnknownJailException";

/** A refusal; its message is for the person who asked. */
export class Fail2banError extends Error {
  override readonly name = "Fail2banError";
  readonly pythonClass: PythonClass;

  constructor(pythonClass: PythonClass, message: string) {
    super(message);
    this.pythonClass = pythonClass;
  }
}

/** @returns what is thrown for a word that no command has */
export function unknownCommand(kind?: "get" | "set"): Fail2banError {
  return new Fail2banError(
    "Exception",
    kind === undefined
      ? "Invalid command"
      : `Invalid command (no ${kind} action or not yet implemented)`,
  );
}

/** @returns what is thrown for a jail that is not there; clients make a sentence around the name */
export function unknownJail(name: string): Fail2banError {
  return new Fail2banError("UnknownJailException", name);
}

/** @returns the refusal for a person, or undefined where the error is a fault of ours */
export function toRefusal(error: unknown): Fail2banError | undefined {
  if (error instanceof Fail2banError) return error;
  if (error instanceof ControlError) {
    return new Fail2banError("ValueError", error.message);
  }
  return undefined;
}
