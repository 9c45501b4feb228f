/**
 * One process at a time writes the state.
 *
 * @module
 */

/** Thrown where another process holds the state. */
export class StateInUseError extends Error {
  override readonly name = "StateInUseError";
}

/**
 * Takes the lock of a state file, which the system gives back when the process ends, however it ends. SQLite would let two
 * daemons write by turns, each what the other does not know.
 *
 * @param path the state file; the lock is a file beside it
 * @throws {StateInUseError} where another process has it
 */
export function lockState(path: string): Disposable {
  const file = Deno.openSync(`${path}.lock`, {
    create: true,
    write: true,
    mode: 0o600,
  });
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new StateInUseError(
    `Cannot use state "${path}": another process holds it, expected none`,
  );
}
