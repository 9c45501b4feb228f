/**
 * Whether a path leads to a named pipe, which must not be opened as a file is: that would wait for its writer.
 *
 * @module
 */

/** @returns undefined where there is nothing, or nothing that may be looked at */
export function isFifo(path: string): boolean | undefined {
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return undefined;
  }
}
