/**
 * How the files of a tree are reached: read only, bounded, nothing in them is ever run.
 *
 * @module
 */

import { Buffer } from "node:buffer";

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
  using file = Deno.openSync(path);
  const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  if (length > MAX_FILE_BYTES) {
    throw new RangeError(`it is larger than ${MAX_FILE_BYTES} bytes`);
  }
  try {
    // The mark is kept: Python keeps it too, and refuses the file for it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes.subarray(0, length));
  } catch (cause) {
    throw new TypeError("it is not UTF-8", { cause });
  }
}
