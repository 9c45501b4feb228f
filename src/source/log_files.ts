/**
 * The machine's files as file name patterns need them.
 *
 * @module
 */

import { FileReader } from "./file_reader.ts";
import type { LogFiles } from "./pattern_logs.ts";

/** The machine's own files; what may not be looked at is not there. */
export const MACHINE_LOG_FILES: LogFiles = {
  listFolder: (path) => [...Deno.readDirSync(path)].map(({ name }) => name),
  exists: (path) => stat(path) !== undefined,
  stampFolder(path) {
    const found = stat(path);
    if (found === undefined) return undefined;
    const changedMs = found.mtime?.getTime() ?? Infinity;
    return { text: `${found.dev}:${found.ino}:${changedMs}`, changedMs };
  },
  mark(path) {
    const found = stat(path);
    if (found === undefined) return undefined;
    const { dev: device, ino: inode, birthtime, isDirectory: isFolder } = found;
    return {
      device,
      inode: inode ?? 0,
      // Where the file system does not know its birth, the next file with that inode must not be taken for it.
      text: `${device}:${inode}:${birthtime?.getTime() ?? path}`,
      isFolder,
      target: findTarget(path),
    };
  },
  holds(path, position) {
    try {
      const reader = new FileReader(path, 0);
      const holds = reader.holds(position);
      reader.close();
      return holds;
    } catch {
      // A pipe, or gone meanwhile.
      return false;
    }
  },
};

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

function findTarget(path: string): string | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.realPathSync(path) : undefined;
  } catch {
    return undefined;
  }
}
