/**
 * Which places in the files of one path are kept, so that a later run finds its way on.
 *
 *     [a.log inode 7 at 90]                             inode 8 is begun     → [7 at 90, 8 at 0]
 *     [7 at 90, 8 at 0]      a late line in inode 7     7 is read to 99      → [7 at 99, 8 at 0]
 *     [7 at 99, 8 at 50]     7 was removed, and is given to a new file       → [8 at 50, 7 at 0]
 *
 * @module
 */

import { startsWith } from "./file_head.ts";
import { isSameFile } from "./file_identity.ts";
import type { Position } from "./types.ts";

/** Files of one path: the current one and its predecessor. */
const FILES_A_PATH = 2;

/**
 * Keeps a place that was reached.
 *
 * @param known the older file first
 * @returns what is to be kept now
 */
export function keepPosition(
  known: readonly Position[],
  position: Position,
): readonly Position[] {
  const at = known.findIndex((each) => isContinued(each, position));
  return at < 0 ? keepBegin(known, position) : known.with(at, position);
}

/** Keeps the place at which a file was begun that bears the path now: all others are older. */
export function keepBegin(
  known: readonly Position[],
  position: Position,
): readonly Position[] {
  const others = known.filter((each) => !isSameFile(each, position));
  return [...others, position].slice(-FILES_A_PATH);
}

/** Not where another file got the inode, or where it was truncated. */
function isContinued(known: Position, position: Position): boolean {
  return isSameFile(known, position) && position.offset >= known.offset &&
    startsWith(position.head, known.head);
}
