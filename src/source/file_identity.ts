/**
 * Which file it is, whatever its name.
 *
 * @module
 */

/** What stays the same over a rename. */
export interface FileIdentity {
  /** The file system's number. */
  readonly device: number;
  /** The file's number in it. */
  readonly inode: number;
}

/** Takes the identity out of what `stat` said; the inode is 0 where the file system has none. */
export function identify(stat: Deno.FileInfo): FileIdentity {
  return { device: stat.dev, inode: stat.ino ?? 0 };
}

/** Says whether both are the same file; never when one is absent. */
export function isSameFile(
  one: FileIdentity | undefined,
  other: FileIdentity | undefined,
): boolean {
  return one !== undefined && other !== undefined &&
    one.device === other.device && one.inode === other.inode;
}

/** @returns whether it is that file which bears the path now; true where that cannot be seen */
export function bearsPath(file: FileIdentity, path: string): boolean {
  try {
    return isSameFile(identify(Deno.statSync(path)), file);
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
