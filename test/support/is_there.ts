/**
 * Whether a file or folder is there.
 *
 * @module
 */

/** @returns false also where one may not look */
export function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
