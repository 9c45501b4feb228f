/**
 * Whether a test can run here.
 *
 * @module
 */

/** @returns false where there is none, which is said aloud */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn(`There is no "${path}"`);
    return false;
  }
}
