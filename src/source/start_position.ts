/**
 * Where to begin in a file that was there before us.
 *
 * @module
 */

import { isSameFile } from "./file_identity.ts";
import type { FileReader } from "./file_reader.ts";
import { findLastLine, type IsRecent, seekByTime } from "./seek_by_time.ts";
import type { Position } from "./types.ts";

/** Behind the last line, at the first one, or at the first that `recent` calls recent. */
export type StartPosition = "end" | "beginning" | { readonly recent: IsRecent };

/** What was configured and what is known from an earlier run. */
export interface StartOptions {
  /** Where to begin in a file that no earlier run knew. */
  readonly start: StartPosition;
  /** Where an earlier run stopped; wins over `start` when it is in this very file. */
  readonly resumeAt?: Position | undefined;
}

/**
 * Chooses the place.
 *
 * @returns bytes from the beginning of the file; a line begins there
 */
export function findStart(reader: FileReader, options: StartOptions): number {
  const { start, resumeAt } = options;
  const { readAt, size } = reader;
  if (
    resumeAt && isSameFile(resumeAt, reader.identity) && resumeAt.offset <= size
  ) {
    return resumeAt.offset;
  }
  if (start === "beginning") return 0;
  if (start === "end") return findLastLine({ readAt, size });
  return seekByTime({ readAt, size }, start.recent);
}
