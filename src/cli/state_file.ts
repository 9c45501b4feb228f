/**
 * Where the state is, and who may use it.
 *
 * @module
 */

import { STATE_FILE } from "../state_keeper.ts";
import { findFlaw, UnusableDatabaseError } from "../store/identify_database.ts";
import { StateInUseError } from "../store/state_lock.ts";
import { InputError, type Invocation } from "./command.ts";
import { absolutePath, loadInvocationConfig } from "./setup.ts";

/** @returns the folder that `--state` names, else that of the configuration */
export async function stateFolder(invocation: Invocation): Promise<string> {
  const { state } = invocation.options;
  return typeof state === "string"
    ? absolutePath(state).replace(/(?<=.)\/+$/, "")
    : (await loadInvocationConfig(invocation)).global.stateDir;
}

/** @returns the file in that folder, which is there @throws {InputError} where it is not */
export async function existingState(invocation: Invocation): Promise<string> {
  const path = `${await stateFolder(invocation)}/${STATE_FILE}`;
  try {
    Deno.statSync(path);
    return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError(
      `Cannot read state "${path}": it is not there, expected a daemon's, or another --state`,
      { cause: error },
    );
  }
}

/**
 * Runs what needs the state for itself.
 *
 * @param what `take over bans`
 * @throws {InputError} where a daemon holds it
 */
export function useAlone<T>(what: string, folder: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof StateInUseError)) throw error;
    throw new InputError(
      `Cannot ${what}: a daemon uses "${folder}", expected it stopped`,
      { cause: error },
    );
  }
}

/** @returns the error with advice, where the file is at fault */
export function explainFlaw(error: unknown, path: string): unknown {
  if (findFlaw(error) === undefined) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const advice = error instanceof UnusableDatabaseError
    ? ""
    : '; "fail2deno db check" tells more';
  return new InputError(`Cannot read state "${path}": ${reason}${advice}`, {
    cause: error,
  });
}
