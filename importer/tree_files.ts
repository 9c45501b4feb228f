/**
 * How the files of a tree are reached: read only, bounded, nothing in them is ever run.
 *
 * @module
 */

import { readBoundedText } from "../src/util/read_bounded_text.ts";

/** Longest file that is read; the stock jail.conf has 26 kB. */
export const MAX_FILE_BYTES = 1_048_576;

/** Files by path; tests bring their own. */
export interface TreeFiles {
  /** @throws when it is there and cannot be read @returns undefined where there is none */
  readText(path: string): string | undefined;
  /** @returns names in it, in any order; none where there is no such folder */
  listFolder(path: string): readonly string[];
  /** @returns false also for a link that leads nowhere */
  exists(path: string): boolean;
}

/** The machine's own files. */
export const MACHINE_TREE: TreeFiles = {
  readText(path) {
    try {
      return readBounded(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  },
  listFolder(path) {
    try {
      return [...Deno.readDirSync(path)].map(({ name }) => name);
    } catch (error) {
      if (
        error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory
      ) return [];
      throw error;
    }
  },
  exists(path) {
    try {
      Deno.statSync(path);
      return true;
    } catch {
      // A loop of links and a folder that may not be searched read as "not there" to fail2ban too.
      return false;
    }
  },
};

function readBounded(path: string): string {
  if (!Deno.statSync(path).isFile) {
    throw new TypeError("it is no plain file");
  }
  // The mark is kept: Python keeps it too, and refuses the file for it.
  return readBoundedText(path, { maxBytes: MAX_FILE_BYTES, keepsMark: true });
}
