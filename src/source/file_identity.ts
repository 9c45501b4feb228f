/**
 * Which file it is, whatever its name.
 *
 * @module
 */

/** What stays the same over a rename. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

/** @returns the identity in what `stat` said; inode 0 where the file system has none */
export function identify(stat: Deno.FileInfo): FileIdentity {
  return { device: stat.dev, inode: stat.ino ?? 0 };
}

/** @returns whether both name the same file; never when one is absent */
export function isSameFile(
  one: FileIdentity | undefined,
  other: FileIdentity | undefined,
): boolean {
  return one !== undefined && other !== undefined &&
    one.device === other.device && one.inode === other.inode;
}
