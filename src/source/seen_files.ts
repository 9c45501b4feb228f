/**
 * The files that bore a path lately, so that none is read again when it is found beside the log.
 *
 * @module
 */

import type { EarlierLog } from "./earlier_log.ts";
import { startsWith } from "./file_head.ts";
import type { FileReader } from "./file_reader.ts";

/** Of those that are closed: times of files tell all older ones. */
const CLOSED_REMEMBERED = 16;

/** Files that were read, are being read or wait for it; closed ones still tell how they begin. */
export class SeenFiles {
  #files: readonly EarlierLog[] = [];

  /**
   * Remembers it, as the last one to be forgotten: when it is opened, and when it is closed.
   *
   * Times of files are too coarse to tell by them alone which was read.
   */
  add(file: EarlierLog): void {
    const files = [...this.#files.filter((each) => each !== file), file];
    const forgotten = files.filter(isClosed).slice(0, -CLOSED_REMEMBERED);
    this.#files = files.filter((each) => !forgotten.includes(each));
  }

  /** Looks whether it is one of them that is open. */
  has(reader: FileReader): boolean {
    return this.#files.some(({ mark }) => reader.isMarked(mark));
  }

  /** Says of a packed file by how it begins whether it is one of them. */
  hasHead(head: Uint8Array): boolean {
    return this.#files.some(({ freshHead: seen }) =>
      seen.length > 0 && seen.length <= head.length && startsWith(head, seen)
    );
  }
}

function isClosed({ mark }: EarlierLog): boolean {
  return mark.head !== undefined;
}
