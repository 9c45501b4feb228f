/**
 * Going on where an earlier run stopped, also in files that were renamed since.
 *
 *     saved: auth.log, inode 7, 5,000 bytes       now: auth.log.2 inode 7, auth.log.1 inode 8, auth.log inode 9
 *     read: auth.log.2 from 5,000, auth.log.1, auth.log
 *
 * A file that was copied and truncated kept its inode, not its content: that is in the copy, which begins alike.
 *
 * @module
 */

import { basename, dirname } from "node:path/posix";
import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";
import { type FileMark, FileReader } from "./file_reader.ts";
import type { Position } from "./types.ts";

/** What an earlier run left. */
export interface ResumptionOptions {
  /** The path as configured. */
  readonly path: string;
  /** Where it stopped in the files that bore the path, the older file first. */
  readonly positions: readonly Position[];
  /** Longest line that is handed out. */
  readonly maxLineBytes: number;
}

/** A file beside the log that may have borne its name. */
interface Sibling extends FileIdentity {
  readonly path: string;
  readonly modifiedMs: number;
  /** Whether its name is the log's with a number or a date: no other log has such a name. */
  readonly isNumbered: boolean;
}

/** Where copies of a log are looked for. */
export interface CopyPlace {
  /** Of the log. */
  readonly path: string;
  /** Longest line that is handed out. */
  readonly maxLineBytes: number;
}

/** Which rotated files, and how they are opened. */
interface NumberedFiles extends CopyPlace {
  /** When they were written to last, at least. */
  readonly sinceMs: number;
  /** Which file they are copies of. */
  readonly original?: FileIdentity;
}

/** At a folder whose files are being renamed. */
const MOST_LOOKS = 5;

/** Their text cannot be read as it stands. */
const COMPRESSED = /\.(?:gz|zst|xz|bz2|lz4|Z)$/;

/** Finds the files of an earlier run again. */
export class Resumption {
  /** Files that bore the path before, to be read to their end, the oldest first. They are open: the caller closes them. */
  readonly earlier: readonly FileReader[];
  readonly #positions: readonly Position[];

  /** Looks into the log's folder; where that cannot be read nothing is found. */
  constructor(options: ResumptionOptions) {
    this.#positions = options.positions;
    this.earlier = options.positions.length > 0 ? openEarlier(options) : [];
  }

  /**
   * Tells where to begin in the file that bears the path now.
   *
   * @returns bytes from its beginning; undefined where no file of the earlier run was found
   */
  startIn(reader: FileReader): number | undefined {
    const known = this.#positions.findLast((each) => reader.holds(each));
    if (known !== undefined) return known.offset;
    return this.earlier.length > 0 ? 0 : undefined;
  }
}

/**
 * Opens the files that bore the path after one that is known and before the one that bears it now: two rotations may come
 * between two looks.
 *
 * @param former renamed, compressed or removed by now
 * @returns the oldest first; the caller closes them
 */
export function openRotatedBetween(
  former: FileReader,
  { path, known, maxLineBytes }: {
    readonly path: string;
    /** Files that were read or are being read. */
    readonly known: readonly FileMark[];
    readonly maxLineBytes: number;
  },
): readonly FileReader[] {
  const { modifiedMs: sinceMs } = former;
  return openUnknown({ path, sinceMs, maxLineBytes }, known);
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
  { position, ...where }: CopyPlace & { readonly position: Position },
): readonly FileReader[] {
  // Of an empty file there is nothing to be found.
  if (position.head.length === 0) return [];
  const first = findCopy(position, where);
  if (first === undefined) return [];
  const sinceMs = first.modifiedMs;
  return [first, ...openCopiesSince(current, { ...where, sinceMs })];
}

/**
 * Opens the copies of what was written to a file and truncated away since some moment.
 *
 * @param current what is in it still is read there, though a copy be made of it just now
 */
export function openCopiesSince(
  current: FileReader,
  { path, maxLineBytes, sinceMs }: CopyPlace & { readonly sinceMs: number },
): readonly FileReader[] {
  const original = current.identity;
  const copies = openNumbered({
    ...{ path, maxLineBytes, original },
    sinceMs: sinceMs + 1,
  });
  return copies.filter((reader) => {
    const isPresent = current.beginsLike(reader);
    if (isPresent) reader.close();
    return !isPresent;
  });
}

/** @returns the newest file that holds what the position's file held, open at the place */
function findCopy(
  position: Position,
  where: CopyPlace,
): FileReader | undefined {
  const all = openNumbered({ ...where, sinceMs: 0, original: position });
  const found = all.findLast((reader) => reader.holds(position));
  for (const reader of all) if (reader !== found) reader.close();
  found?.moveTo(position.offset);
  return found;
}

function openEarlier(options: ResumptionOptions): readonly FileReader[] {
  const { positions, maxLineBytes } = options;
  const siblings = listSiblings(options.path);
  const readers: FileReader[] = [];
  let lastKnown: Sibling | undefined;
  for (const position of positions) {
    const sibling = siblings.find((each) => isSameFile(each, position));
    const reader = sibling && open(sibling, { position, maxLineBytes });
    if (reader === undefined) continue;
    readers.push(reader);
    lastKnown = sibling;
  }
  const newest = positions.at(-1);
  const isRotatedSince = lastKnown !== undefined &&
    isSameFile(lastKnown, newest);
  if (lastKnown === undefined || !isRotatedSince) return readers;
  const { path } = options;
  const { modifiedMs: sinceMs } = lastKnown;
  const later = openUnknown({ path, sinceMs, maxLineBytes }, positions);
  return [...readers, ...later];
}

/** @returns the rotated files but for those that are known */
function openUnknown(
  where: NumberedFiles,
  known: readonly FileMark[],
): readonly FileReader[] {
  return openNumbered(where).filter((reader) => {
    const isKnown = known.some((mark) => reader.isMarked(mark));
    if (isKnown) reader.close();
    return !isKnown;
  });
}

/**
 * Opens the rotated files that were written to at some moment or later, the oldest first.
 *
 * Whoever rotates renames one file after the other, and one that is renamed while the folder is listed may be missed: it is
 * listed until nothing new is found.
 */
function openNumbered(
  { path, sinceMs, ...how }: NumberedFiles,
): readonly FileReader[] {
  const found = new Map<string, FileReader>();
  for (let look = 0, isNews = true; isNews && look < MOST_LOOKS; look++) {
    isNews = look === 0;
    for (const sibling of listSiblings(path)) {
      const key = `${sibling.device} ${sibling.inode}`;
      const isOld = sibling.modifiedMs < sinceMs;
      if (!sibling.isNumbered || isOld || found.has(key)) continue;
      isNews = true;
      const reader = open(sibling, how);
      if (reader !== undefined) found.set(key, reader);
    }
  }
  return [...found.values()].toSorted((a, b) => a.modifiedMs - b.modifiedMs);
}

/** @returns the file at its place, or undefined where it is another one, or cannot be read */
function open(
  sibling: Sibling,
  { position, maxLineBytes, original }: {
    readonly position?: Position;
    readonly maxLineBytes: number;
    /** Which file it is a copy of. */
    readonly original?: FileIdentity;
  },
): FileReader | undefined {
  let reader: FileReader | undefined;
  try {
    reader = new FileReader(sibling.path, maxLineBytes, original);
    const isListed = reader.isOpen(sibling);
    if (isListed && (position === undefined || reader.holds(position))) {
      reader.moveTo(position?.offset ?? 0);
      return reader;
    }
  } catch {
    // Gone, or not to be read: then its lines are lost, as they would have been for any reader.
  }
  reader?.close();
  return undefined;
}

/** @returns the files whose names begin with the log's, but for the log itself, in the order of their last change */
function listSiblings(path: string): readonly Sibling[] {
  const folder = dirname(path);
  const name = basename(path);
  const siblings: Sibling[] = [];
  for (const entry of listNames(folder)) {
    const isSibling = entry !== name && entry.startsWith(stemOf(name)) &&
      !COMPRESSED.test(entry);
    const path = `${folder}/${entry}`;
    const stat = isSibling ? statFile(path) : undefined;
    if (stat === undefined) continue;
    siblings.push({
      ...identify(stat),
      path,
      modifiedMs: stat.mtime?.getTime() ?? 0,
      isNumbered: isNumbered(entry, name),
    });
  }
  return siblings.toSorted((a, b) => a.modifiedMs - b.modifiedMs);
}

/** @returns nothing where the folder cannot be listed */
function listNames(folder: string): readonly string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch {
    return [];
  }
}

/** @returns undefined where it is no file, or gone meanwhile */
function statFile(path: string): Deno.FileInfo | undefined {
  try {
    const stat = Deno.lstatSync(path);
    return stat.isFile ? stat : undefined;
  } catch {
    return undefined;
  }
}

/** @returns whether it is `auth.log.1`, `auth.log-20261126` or `auth-20261126.log` for `auth.log` */
function isNumbered(entry: string, name: string): boolean {
  const stem = stemOf(name);
  const extension = name.slice(stem.length);
  const isBehind = entry.startsWith(name) &&
    /^[.-]\d[\d.-]*$/.test(entry.slice(name.length));
  const isBetween = entry.startsWith(stem) && entry.endsWith(extension) &&
    /^-\d[\d-]*$/.test(
      entry.slice(stem.length, -extension.length || undefined),
    );
  return isBehind || isBetween;
}

function stemOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
