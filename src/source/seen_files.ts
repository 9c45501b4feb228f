/**
 * The files that bore a path lately, so that none is read again when it is found beside the log.
 *
 * @module
 */

import type { EarlierLog } from "./earlier_log.ts";
import { startsWith } from "./file_head.ts";
import type { FileReader } from "./file_reader.ts";

/** Times of files tell all older ones. */
const FILES_REMEMBERED = 16;

/** Files that were read or are being read; closed ones still tell how they begin. */
export class SeenFiles {
  #files: readonly EarlierLog[] = [];

  /** Times of files are too coarse to tell by them alone which was read. */
  add(file: EarlierLog): void {
    this.#files = [...this.#files, file].slice(-FILES_REMEMBERED);
  }

  /** Looks whether it is one of them that is open. */
  has(reader: FileReader): boolean {
    return this.#files.some(({ mark }) => reader.isMarked(mark));
  }

  /** Says of a packed file by how it begins whether it is one of them. */
  hasHead(head: Uint8Array): boolean {
    return this.#files.some(({ head: seen }) =>
      seen.length > 0 && seen.length <= head.length && startsWith(head, seen)
    );
  }
}
