/**
 * Reads the file of an action, if nobody but root and the daemon's own user can have written it.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";
import { readOpenText } from "../../util/read_bounded_text.ts";

/** Longest file in bytes. */
export const MAX_PLUGIN_BYTES = 1_000_000;

/** As many as the kernel follows. */
const MAX_LINKS = 40;

const WRITABLE_BY_OTHERS = 0o022;

/** A file that may be used. */
export interface PluginFile {
  /** With no link in it. */
  readonly path: string;
  readonly text: string;
}

/** Who is trusted. */
export interface PluginFileOptions {
  /** The daemon's user, beside root; default: this process's. */
  readonly ownUid?: number | null;
}

/** The file may not be used; the message is for the administrator. */
export class PluginFileError extends Error {
  override readonly name = "PluginFileError";
}

/**
 * Reads an action's file.
 *
 * Each folder on the way, links included, must belong to root or the daemon's user, and be writable by nobody else: then
 * nobody else can put another file in its place, not even between two looks. Folders above all that this program may read
 * cannot be looked at; those are `/`, `/etc` and the like.
 *
 * @param path absolute
 * @throws {PluginFileError} when it must not, or cannot, be used
 */
export function checkPluginFile(
  path: string,
  { ownUid = Deno.uid() }: PluginFileOptions = {},
): PluginFile {
  try {
    const real = walk(path, ownUid);
    return { path: real, text: readTrusted(real, ownUid) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PluginFileError(
      `Cannot use action file "${escapeText(path, 200)}": ${reason}`,
      { cause: error },
    );
  }
}

/** Follows the path step by step, as the kernel does, and looks at each. @returns the path with no link in it */
function walk(path: string, ownUid: number | null): string {
  if (!path.startsWith("/")) throw new Error("expected an absolute path");
  const steps = path.split("/").filter((step) => step !== "").reverse();
  let place = "";
  let links = 0;
  checkFolder("/", ownUid);
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (step === ".") continue;
    if (step === "..") {
      place = place.slice(0, Math.max(0, place.lastIndexOf("/")));
      continue;
    }
    const next = `${place}/${step}`;
    const info = look(next);
    if (info?.isSymlink === true) {
      if (++links > MAX_LINKS) throw new Error("too many links");
      checkOwner(next, { info, ownUid });
      const target = Deno.readLinkSync(next);
      steps.push(...target.split("/").filter((each) => each !== "").reverse());
      if (target.startsWith("/")) place = "";
      continue;
    }
    if (steps.length > 0) checkFolder(next, ownUid);
    place = next;
  }
  return place;
}

function checkFolder(path: string, ownUid: number | null): void {
  const info = look(path);
  if (info === undefined) return;
  if (!info.isDirectory) throw new Error(`${quote(path)} is no folder`);
  checkOwner(path, { info, ownUid });
  checkMode(path, info);
}

/** @returns undefined for a folder above all that this program may read */
function look(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Error("it is not there", { cause: error });
    }
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return undefined;
  }
}

function readTrusted(path: string, ownUid: number | null): string {
  // Opening a fifo would wait for a writer; the folder is trusted, so this is still what is there afterwards.
  const before = look(path);
  if (before?.isFile === false) {
    throw new Error("it is no regular file, expected one");
  }
  using file = Deno.openSync(path);
  const info = file.statSync();
  if (!info.isFile) throw new Error("it is no regular file, expected one");
  if (before !== undefined && before.ino !== info.ino) {
    throw new Error("it is being replaced, expected it to stay");
  }
  checkOwner(path, { info, ownUid });
  checkMode(path, info);
  return readOpenText(file, { maxBytes: MAX_PLUGIN_BYTES });
}

function checkOwner(
  path: string,
  { info, ownUid }: {
    readonly info: Deno.FileInfo;
    readonly ownUid: number | null;
  },
): void {
  if (info.uid === 0 || info.uid === ownUid) return;
  throw new Error(
    `${quote(path)} belongs to user ${info.uid}, expected root` +
      (ownUid === 0 || ownUid === null ? "" : ` or user ${ownUid}`),
  );
}

function checkMode(path: string, { mode }: Deno.FileInfo): void {
  if (((mode ?? 0) & WRITABLE_BY_OTHERS) === 0) return;
  throw new Error(
    `${quote(path)} can be written by others, expected chmod go-w`,
  );
}

function quote(path: string): string {
  return `"${escapeText(path, 200)}"`;
}
