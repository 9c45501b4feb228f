/**
 * The files that a configuration is made of, read with a limit and with words for what goes wrong.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { readBoundedText } from "../util/read_bounded_text.ts";

/** Longest file that is read. A configuration of 10,000 lines has half of it. */
const MAX_BYTES = 1_048_576;

/** How files are reached; tests bring their own. */
export interface FileAccess {
  /** @throws when there is none, when it may not be read, when it is no UTF-8 */
  readText(path: string): string;
  /** @returns names of what lies in it, in any order @throws when there is none, when it may not be read */
  listFolder(path: string): readonly string[];
  exists(path: string): boolean;
}

/** The machine's own files. */
export const MACHINE_FILES: FileAccess = {
  readText,
  listFolder: (path) => [...Deno.readDirSync(path)].map(({ name }) => name),
  exists(path) {
    try {
      Deno.statSync(path);
      return true;
    } catch {
      return false;
    }
  },
};

/** @returns the path that a `file:` URL or a path names, without a slash at its end */
export function folderPath(folder: URL | string): string {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  return path.replace(/(?<=.)\/+$/, "");
}

/** @returns why a file could not be read, in words: `there is no such file` */
export function describeReadError(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.NotCapable) {
    return "it lies outside the program's permissions";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  return error instanceof Error ? error.message : String(error);
}

function readText(path: string): string {
  return readBoundedText(path, { maxBytes: MAX_BYTES });
}
