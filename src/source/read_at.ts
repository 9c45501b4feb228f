/**
 * Reading at a place.
 *
 * @module
 */

/**
 * Reads once at `offset` into `buffer`.
 *
 * @returns bytes read, 0 at the end
 */
export type ReadAt = (buffer: Uint8Array, offset: number) => number;

/** Makes a reader on `file`; it moves the file's cursor. */
export function createReadAt(file: Deno.FsFile): ReadAt {
  return (buffer, offset) => {
    file.seekSync(offset, Deno.SeekMode.Start);
    return file.readSync(buffer) ?? 0;
  };
}
