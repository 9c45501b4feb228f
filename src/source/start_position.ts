/**
 * Where to begin in a file that was there before us.
 *
 * @module
 */

import type { FileReader } from "./file_reader.ts";
import { findLastLine, type IsRecent, seekByTime } from "./seek_by_time.ts";

/** Behind the last line, at the first one, or at the first that `recent` calls recent. */
export type StartPosition = "end" | "beginning" | { readonly recent: IsRecent };

/**
 * Chooses the place in a file that no earlier run knew.
 *
 * @returns bytes from the beginning of the file; a line begins there
 */
export function findStart(
  { text }: Pick<FileReader, "text">,
  start: StartPosition,
): number {
  if (start === "beginning") return 0;
  const place = start === "end"
    ? findLastLine(text)
    : seekByTime(text, start.recent);
  return place * text.unitBytes;
}
