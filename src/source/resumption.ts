/**
 * Going on where an earlier run stopped, also in files that were renamed since.
 *
 *     saved: auth.log, inode 7, 5,000 bytes       now: auth.log.2 inode 7, auth.log.1 inode 8, auth.log inode 9
 *     read: auth.log.2 from 5,000, auth.log.1, auth.log
 *
 * @module
 */

import { basename, dirname } from "node:path/posix";
import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";
import { FileReader } from "./file_reader.ts";
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
 * @param former renamed by now; nothing is found where it is not in the folder any more
 * @returns the oldest first; the caller closes them
 */
export function openRotatedBetween(
  former: FileIdentity,
  { path, known, maxLineBytes }: {
    readonly path: string;
    /** Files that were read or are being read. */
    readonly known: readonly FileIdentity[];
    readonly maxLineBytes: number;
  },
): readonly FileReader[] {
  const siblings = listSiblings(path);
  const last = siblings.find((each) => isSameFile(each, former));
  if (last === undefined) return [];
  return openLater(siblings, { last, known, maxLineBytes });
}

function openEarlier(options: ResumptionOptions): readonly FileReader[] {
  const { positions, maxLineBytes } = options;
  const siblings = listSiblings(options.path);
  const readers: FileReader[] = [];
  let lastKnown: Sibling | undefined;
  for (const position of positions) {
    const sibling = siblings.find((each) => isSameFile(each, position));
    const reader = sibling && open(sibling.path, position, maxLineBytes);
    if (reader === undefined) continue;
    readers.push(reader);
    lastKnown = sibling;
  }
  const newest = positions.at(-1);
  const isRotatedSince = lastKnown !== undefined &&
    isSameFile(lastKnown, newest);
  if (lastKnown === undefined || !isRotatedSince) return readers;
  const later = { last: lastKnown, known: positions, maxLineBytes };
  return [...readers, ...openLater(siblings, later)];
}

/** @returns the rotated files that were written to after `last`, but for those that are known */
function openLater(
  siblings: readonly Sibling[],
  { last, known, maxLineBytes }: {
    readonly last: Sibling;
    readonly known: readonly FileIdentity[];
    readonly maxLineBytes: number;
  },
): readonly FileReader[] {
  return siblings
    .filter((sibling) =>
      sibling.isNumbered && sibling.modifiedMs >= last.modifiedMs &&
      !known.some((each) => isSameFile(each, sibling))
    )
    .map(({ path }) => open(path, undefined, maxLineBytes))
    .filter((reader) => reader !== undefined);
}

/** @returns the file at its place, or undefined where it is another one, or cannot be read */
function open(
  path: string,
  position: Position | undefined,
  maxLineBytes: number,
): FileReader | undefined {
  let reader: FileReader | undefined;
  try {
    reader = new FileReader(path, maxLineBytes);
    if (position === undefined || reader.holds(position)) {
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
  try {
    for (const entry of Deno.readDirSync(folder)) {
      const isSibling = entry.isFile && entry.name !== name &&
        entry.name.startsWith(stemOf(name)) && !COMPRESSED.test(entry.name);
      if (!isSibling) continue;
      const stat = Deno.statSync(`${folder}/${entry.name}`);
      siblings.push({
        ...identify(stat),
        path: `${folder}/${entry.name}`,
        modifiedMs: stat.mtime?.getTime() ?? 0,
        isNumbered: isNumbered(entry.name, name),
      });
    }
  } catch {
    // A folder that cannot be listed, a file that vanished meanwhile: what was found so far is all there is.
  }
  return siblings.toSorted((a, b) => a.modifiedMs - b.modifiedMs);
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
