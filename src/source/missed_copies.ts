/**
 * Copies of what was written to a log and truncated away while nobody looked.
 *
 * A truncation is seen by what was read before. As long as nothing was, only the copies tell of it:
 *
 *     look: app.log is empty     10 lines written, copied to app.log.1, truncated, 5 lines written     look: 5 lines
 *
 * @module
 */

import type { FileReader } from "./file_reader.ts";
import { bearsPath } from "./file_identity.ts";
import { openCopies, openCopiesSince } from "./rotated_between.ts";
import type { RotatedPlace, UnreadSince } from "./rotated_between.ts";

/** Finds them for one path, of whichever file bears it. */
export class MissedCopies {
  readonly #place: RotatedPlace;
  /** What bears the path was empty then; absent once something of it is read. */
  #unread: UnreadSince | undefined;

  /** Looks at nothing yet. */
  constructor(place: RotatedPlace) {
    this.#place = place;
  }

  /** Another file bears the path, or will. */
  forget(): void {
    this.#unread = undefined;
  }

  /** The file bears the path from now on. */
  begin(current: FileReader): void {
    if (current.head.length > 0) return;
    // What bore the name before may have its writers still: it is no copy.
    const sinceMs = current.writtenMs;
    this.#unread = { sinceMs, madeSinceMs: sinceMs };
  }

  /**
   * Opens the copies of what was truncated away since the last look.
   *
   * @param current truncated by now, not begun again yet
   * @returns the oldest first, open where reading goes on; the caller closes them
   */
  openTruncated(current: FileReader): readonly FileReader[] {
    const { position, writtenMs } = current;
    const copies = openCopies(current, { ...this.#place, position });
    this.#unread = { sinceMs: copies.at(-1)?.modifiedMs ?? writtenMs };
    return copies;
  }

  /** As `openTruncated`, of a file of which nothing is read yet; none once something is. */
  openUnread(current: FileReader): readonly FileReader[] {
    const { path } = this.#place;
    if (this.#unread === undefined || current.size === 0) return [];
    const copies = openCopiesSince(current, {
      ...this.#place,
      ...this.#unread,
    });
    const newest = copies.at(-1);
    if (newest === undefined) return [];
    if (!bearsPath(current.identity, path)) {
      // It was renamed meanwhile, and they may be its successors.
      for (const copy of copies) copy.close();
      return [];
    }
    this.#unread = { sinceMs: newest.modifiedMs };
    return copies;
  }
}
