/**
 * The files beside a log that bore its name.
 *
 *     auth.log.3.gz  auth.log.2.gz  auth.log.1        the higher number is older, whatever their times say
 *     auth.log-20261124.gz  auth.log-20261125         the earlier change is older: dates have many forms
 *
 * @module
 */

import { basename, dirname } from "node:path/posix";
import { type FileIdentity, identify } from "./file_identity.ts";

/** A file beside the log. */
export interface RotatedFile extends FileIdentity {
  /** The log's folder and its own name. */
  readonly path: string;
  /** When it was written to last, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** When it came to be, under whatever name; as `modifiedMs` where the file system does not tell. */
  readonly madeMs: number;
  /** Whether its name is the log's with a number or a date: no other log has such a name. */
  readonly isNumbered: boolean;
  /** Whether it is to be unpacked. */
  readonly isPacked: boolean;
}

/** Text in them cannot be read as it stands. */
const PACKED = /\.(?:gz|zst|xz|bz2|lz4|Z)$/;

/** Packed so that it can be read here. */
const READABLE = /\.(?:gz|zst)$/;

const NUMBER = /\.(\d{1,6})$/;

/**
 * Lists the files whose names begin with the log's, but for the log itself; of a file that is being packed its plain one.
 *
 * @param path of the log
 * @returns those that are numbered last, the oldest of them first; none where the folder cannot be read
 */
export function listRotated(path: string): readonly RotatedFile[] {
  const folder = dirname(path);
  const name = basename(path);
  const entries = listNames(folder);
  const names = new Set(entries);
  const files: RotatedFile[] = [];
  for (const entry of entries) {
    const plain = entry.replace(PACKED, "");
    const isPacked = plain !== entry;
    const isSibling = entry !== name && entry.startsWith(stemOf(name));
    const isOther = isPacked && (names.has(plain) || !READABLE.test(entry));
    const path = `${folder}/${entry}`;
    const stat = isSibling && !isOther ? statFile(path) : undefined;
    if (stat === undefined) continue;
    const modifiedMs = stat.mtime?.getTime() ?? 0;
    files.push({
      ...identify(stat),
      path,
      modifiedMs,
      madeMs: stat.birthtime?.getTime() ?? modifiedMs,
      isNumbered: isNumbered(plain, name),
      isPacked,
    });
  }
  return sortByAge(files);
}

/** Whether the plain file is there that the packed one was made of. */
export function hasPlain({ path }: RotatedFile): boolean {
  return statFile(path.replace(PACKED, "")) !== undefined;
}

/** Several rotations may come within one tick of the clock that times of files are taken from; names tell them apart. */
function sortByAge(files: readonly RotatedFile[]): readonly RotatedFile[] {
  const numbered = files.filter(({ isNumbered }) => isNumbered);
  const others = files.filter(({ isNumbered }) => !isNumbered);
  const hasDates = numbered.some(({ path }) => numberOf(path) === undefined);
  return [
    ...others.toSorted(compareTimes),
    ...numbered.toSorted(hasDates ? compareTimes : compareNumbers),
  ];
}

function compareTimes(one: RotatedFile, other: RotatedFile): number {
  return one.modifiedMs - other.modifiedMs || (one.path < other.path ? -1 : 1);
}

function compareNumbers(one: RotatedFile, other: RotatedFile): number {
  return (numberOf(other.path) ?? 0) - (numberOf(one.path) ?? 0);
}

function numberOf(path: string): number | undefined {
  const found = NUMBER.exec(path.replace(PACKED, ""))?.[1];
  return found === undefined ? undefined : Number(found);
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
