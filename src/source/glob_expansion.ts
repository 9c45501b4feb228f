/**
 * What a file name pattern comes to, looked up again where a folder changed.
 *
 * A folder's time of change tells that names came or went, so a look at an unchanged tree is one `stat` a folder. It is
 * polled: nothing of a new log is lost by that, since it is read from its first byte.
 *
 * @module
 */

import { dirname } from "node:path/posix";
import { expandGlob, type GlobFiles } from "../util/expand_glob.ts";

/** Files, and when folders changed. */
export interface StampedFiles extends GlobFiles {
  /** @returns what is another one after a name came or went; undefined where no folder is */
  stampFolder(path: string): FolderStamp | undefined;
}

/** A folder at a time. */
export interface FolderStamp {
  /** Which folder it is, and when it changed. */
  readonly text: string;
  readonly changedMs: number;
}

/** Within that time after a change the next one may bear the same time. */
const COARSE_MS = 1_000;

/** A pattern, and the tree as it was when the pattern was looked up. */
export class GlobExpansion {
  readonly #pattern: string;
  readonly #files: StampedFiles;
  #folders = new Map<string, string>();
  #singles = new Map<string, boolean>();
  #listed = new Map<string, ReadonlySet<string>>();

  /** Looks at nothing yet. */
  constructor(pattern: string, files: StampedFiles) {
    this.#pattern = pattern;
    this.#files = files;
  }

  /** @returns whether the pattern may come to something else than before */
  hasChanged(): boolean {
    for (const [path, text] of this.#folders) {
      if (stampText(this.#files.stampFolder(path)) !== text) return true;
    }
    for (const [path, exists] of this.#singles) {
      if (this.#files.exists(path) !== exists) return true;
    }
    return false;
  }

  /** @returns what it comes to now */
  expand(): readonly string[] {
    this.#folders = new Map();
    this.#singles = new Map();
    this.#listed = new Map();
    const found = expandGlob(this.#pattern, {
      listFolder: (path) => this.#list(path),
      exists: (path) => this.#exists(path),
    });
    this.#listed.clear();
    return found;
  }

  #list(path: string): readonly string[] {
    const stamp = this.#files.stampFolder(path);
    const isSettled = stamp === undefined ||
      stamp.changedMs < Date.now() - COARSE_MS;
    this.#folders.set(path, isSettled ? stampText(stamp) : "");
    const names = this.#files.listFolder(path);
    this.#listed.set(path, new Set(names));
    return names;
  }

  /** What a folder was just seen to hold is not asked for again. */
  #exists(path: string): boolean {
    const names = this.#listed.get(dirname(path));
    if (names !== undefined) {
      return names.has(path.slice(path.lastIndexOf("/") + 1));
    }
    const exists = this.#files.exists(path);
    this.#singles.set(path, exists);
    return exists;
  }
}

function stampText(stamp: FolderStamp | undefined): string {
  return stamp?.text ?? "none";
}
