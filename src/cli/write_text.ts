/**
 * Writes a file of the import's.
 *
 * @module
 */

import { describeReadError } from "../config/read_text.ts";
import { DEFAULT_OUTPUT } from "./import_paths.ts";

/**
 * Writes a text, beside its place first, so that nobody reads half of it.
 *
 * @throws {Deno.errors.NotCapable} where the program may not write
 */
export function writeText(path: string, text: string): void {
  const draft = `${path}.new`;
  attemptWrite(path, () => {
    Deno.writeTextFileSync(draft, text, { mode: 0o644 });
    Deno.renameSync(draft, path);
  });
}

/** Runs what writes, and says in words of ours where it may not. */
export function attemptWrite(path: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new Deno.errors.NotCapable(
      `Cannot write "${path}": ${
        describeReadError(error)
      }, expected a path below ${DEFAULT_OUTPUT} or /tmp`,
      { cause: error },
    );
  }
}
