/**
 * Reads a line again that was read before, from the file in which it stands now.
 *
 * @module
 */

import { basename, dirname } from "node:path/posix";
import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";

/** Where a line stood when it was read. */
export interface LinePlace extends FileIdentity {
  /** The file's name then. */
  readonly path: string;
  /** Bytes before the line. */
  readonly offset: number;
  /** Bytes of the line, with what ends it. */
  readonly byteLength: number;
}

const NEWLINE = 10;

/** More of a line nobody reads on a screen. */
const MOST_BYTES = 16_384;

/** Names that are looked at in a log's folder, where the file has another one by now. */
const MOST_NAMES = 1000;

/**
 * Finds the file by its inode, under its own name or one that rotation gave it, and reads the line there.
 *
 * @returns the line without what ends it; undefined where the file is gone, packed or cut, or no line stands there any more
 */
export function readLineAt(place: LinePlace): string | undefined {
  for (const path of namesOf(place.path)) {
    try {
      if (!isSameFile(identify(Deno.statSync(path)), place)) continue;
      using file = Deno.openSync(path);
      // It may have been renamed since.
      if (!isSameFile(identify(file.statSync()), place)) continue;
      return readFrom(file, place);
    } catch {
      // Gone meanwhile, or not to be read: another name may do.
    }
  }
  return undefined;
}

/** The file's own name first: most lines are asked for on the day on which they were written. */
function* namesOf(path: string): Generator<string> {
  yield path;
  const folder = dirname(path);
  const stem = basename(path);
  let count = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    if (++count > MOST_NAMES) return;
    if (name !== stem && name.startsWith(stem)) yield `${folder}/${name}`;
  }
}

function readFrom(
  file: Deno.FsFile,
  { offset, byteLength }: LinePlace,
): string | undefined {
  // With the byte before: a line begins behind a newline, or the file was written anew.
  const from = Math.max(0, offset - 1);
  const length = Math.min(byteLength, MOST_BYTES) + (offset - from);
  const bytes = new Uint8Array(length);
  file.seekSync(from, Deno.SeekMode.Start);
  let end = 0;
  while (end < length) {
    const read = file.readSync(bytes.subarray(end));
    if (read === null) return undefined;
    end += read;
  }
  if (offset > 0 && bytes[0] !== NEWLINE) return undefined;
  const line = bytes.subarray(offset - from);
  const newline = line.indexOf(NEWLINE);
  const isWhole = byteLength > MOST_BYTES
    ? newline < 0
    : newline === -1 || newline === line.length - 1;
  if (!isWhole) return undefined;
  return new TextDecoder().decode(line).replace(/[\r\n]+$/, "");
}
