/**
 * Files that bore a log's path between two looks, and copies of what was truncated away between them.
 *
 * @module
 */

import type { EarlierLog } from "./earlier_log.ts";
import type { FileIdentity } from "./file_identity.ts";
import { FileReader } from "./file_reader.ts";
import { openPacked } from "./packed_reader.ts";
import { listRotated, type RotatedFile } from "./rotated_files.ts";
import type { Position } from "./types.ts";

/** Where rotated files are looked for. */
export interface RotatedPlace {
  /** Of the log. */
  readonly path: string;
  /** Longest line that is handed out. */
  readonly maxLineBytes: number;
  /** Says of a plain file if it was read, or is being read. */
  readonly isSeen: (reader: FileReader) => boolean;
}

/** At a folder whose files are being renamed. */
const MOST_LOOKS = 5;

/**
 * Opens the files that bore the path after one that is known and before the one that bears it now: two rotations may come
 * between two looks.
 *
 * @param former renamed, packed or removed by now
 * @param successor bears the path, or did just now
 * @returns the oldest first; the caller closes them
 */
export function openRotatedBetween(
  former: FileReader,
  successor: FileReader,
  { path, maxLineBytes, isSeen, ...packed }: RotatedPlace & {
    /** Says so of a packed one, by how it begins. */
    readonly isHeadKnown: (head: Uint8Array) => boolean;
    /** Told of a packed file that cannot be read to its end. */
    readonly onDamage: (path: string, error: unknown) => void;
  },
): readonly EarlierLog[] {
  const { modifiedMs } = former;
  const known = [former.mark, successor.mark];
  const isFormer = (file: RotatedFile) => former.isOpen(file);
  const choice = { path, sinceMs: modifiedMs + 1, isFormer };
  return openSince<EarlierLog>(choice, (file) => {
    if (!file.isPacked) {
      const reader = openPlain(file, { maxLineBytes });
      // More may have come between than are remembered.
      const isKnown = known.some((mark) => reader.isMarked(mark));
      return keep(reader, !isKnown && !isSeen(reader));
    }
    return openPacked(file, {
      maxLineBytes,
      isKnown: packed.isHeadKnown,
      onDamage: packed.onDamage,
    });
  });
}

/**
 * Opens the copies of what a file held before it was truncated: of the content that was read last, from the place where that
 * ended, and of what was written and copied since.
 *
 * @param current truncated by now
 * @param position the place that was reached in it before
 * @returns the oldest first; none where nobody made a copy; the caller closes them
 */
export function openCopies(
  current: FileReader,
  { position, ...where }: RotatedPlace & { readonly position: Position },
): readonly FileReader[] {
  // Of an empty file there is nothing to be found.
  if (position.head.length === 0) return [];
  const first = findCopy(position, where);
  if (first === undefined) return [];
  const sinceMs = first.modifiedMs;
  return [first, ...openCopiesSince(current, { ...where, sinceMs })];
}

/** Since when copies may hold what nobody has read. */
export interface UnreadSince {
  /** When a copy was written to last, at least, in milliseconds since 1970; that moment is not in it. */
  readonly sinceMs: number;
  /** When a copy came to be, likewise; absent where one file may be written over and over. */
  readonly madeSinceMs?: number;
}

/**
 * Opens the copies of what was written to a file and truncated away since some moment.
 *
 * @param current what is in it still is read there, though a copy be made of it just now
 */
export function openCopiesSince(
  current: FileReader,
  { path, maxLineBytes, isSeen, sinceMs, madeSinceMs = -1 }:
    & RotatedPlace
    & UnreadSince,
): readonly FileReader[] {
  const original = current.identity;
  const choice = {
    path,
    sinceMs: sinceMs + 1,
    madeSinceMs: madeSinceMs + 1,
    isPlain: true,
  };
  return openSince(choice, (file) => {
    const reader = openPlain(file, { maxLineBytes, original });
    // One that is empty is being made, or of no use.
    const isWanted = reader.size > 0 && !isSeen(reader);
    return keep(reader, isWanted && !current.beginsLike(reader));
  });
}

/** @returns the newest copy of what the position's file held, open at the place */
function findCopy(
  position: Position,
  { path, maxLineBytes }: Omit<RotatedPlace, "isSeen">,
): FileReader | undefined {
  const all = openSince({ path, sinceMs: 0, isPlain: true }, (file) => {
    const reader = openPlain(file, { maxLineBytes, original: position });
    return keep(reader, reader.isCopyOf(position));
  });
  for (const reader of all.slice(0, -1)) reader.close();
  const found = all.at(-1);
  found?.moveTo(position.offset);
  return found;
}

/** Which rotated files are looked for. */
interface Choice {
  /** Of the log. */
  readonly path: string;
  /** When they were written to last, at least. */
  readonly sinceMs: number;
  /** When they came to be, at least. */
  readonly madeSinceMs?: number;
  /** Whether packed ones are left alone. */
  readonly isPlain?: boolean;
  /** Says which file they come behind; where it is found, times do not matter, which are too coarse. */
  readonly isFormer?: (file: RotatedFile) => boolean;
}

function choose(
  { path, sinceMs, madeSinceMs = 0, isPlain = false, isFormer = () => false }:
    Choice,
): readonly RotatedFile[] {
  const files = listRotated(path);
  const former = files.findIndex((file) => file.isNumbered && isFormer(file));
  return files.filter((file, index) =>
    file.isNumbered && !(isPlain && file.isPacked) &&
    file.madeMs >= madeSinceMs &&
    (former < 0 ? file.modifiedMs >= sinceMs : index > former)
  );
}

/**
 * Opens the rotated files that were written to at some moment or later, or that come behind one, the oldest first.
 *
 * Whoever rotates renames one file after the other, and one that is renamed while the folder is listed may be missed: it is
 * listed until nothing new is found.
 */
function openSince<Log>(
  choice: Choice,
  open: (file: RotatedFile) => Log | undefined,
): readonly Log[] {
  const found = new Map<string, Log | undefined>();
  let order: readonly string[] = [];
  for (let look = 0, isNews = true; isNews && look < MOST_LOOKS; look++) {
    isNews = look === 0;
    const files = choose(choice);
    order = files.map(keyOf);
    for (const file of files) {
      const key = keyOf(file);
      if (found.has(key)) continue;
      isNews = true;
      const log = openOrNothing(file, open);
      if (log !== GONE) found.set(key, log);
    }
  }
  return [...found]
    .toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .flatMap(([, log]) => log ?? []);
}

const GONE = Symbol("gone");

function openOrNothing<Log>(
  file: RotatedFile,
  open: (file: RotatedFile) => Log,
): Log | typeof GONE {
  try {
    return open(file);
  } catch {
    // Renamed, to be found at the next look; or removed: then its lines are lost, as they would have been for any reader.
    return GONE;
  }
}

/** @throws when it is another file by now, or cannot be read */
function openPlain(
  { path, device, inode }: RotatedFile,
  { maxLineBytes, original }: {
    readonly maxLineBytes: number;
    /** Which file it is a copy of. */
    readonly original?: FileIdentity;
  },
): FileReader {
  const reader = new FileReader(path, maxLineBytes, original);
  if (reader.isOpen({ device, inode })) return reader;
  reader.close();
  throw new Error(`Cannot open "${path}": it was renamed meanwhile`);
}

function keep(reader: FileReader, isWanted: boolean): FileReader | undefined {
  if (isWanted) return reader;
  reader.close();
  return undefined;
}

function keyOf({ device, inode }: FileIdentity): string {
  return `${device} ${inode}`;
}
