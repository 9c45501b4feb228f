/**
 * Reads a text file that somebody else wrote: never more than it may have.
 *
 * @module
 */

/** How to read. */
export interface BoundedTextOptions {
  /** Longest file in bytes. */
  readonly maxBytes: number;
  /** Keeps a byte order mark at the start as a character; default false. */
  readonly keepsMark?: boolean;
}

/**
 * @throws {RangeError} when the file is longer
 * @throws {TypeError} when it is not UTF-8; both messages end a sentence that names the file
 */
export function readBoundedText(
  path: string,
  options: BoundedTextOptions,
): string {
  using file = Deno.openSync(path);
  return readOpenText(file, options);
}

/** The same of a file that is open: what was found out of it holds for what is read. @throws as above */
export function readOpenText(
  file: Deno.FsFile,
  { maxBytes, keepsMark = false }: BoundedTextOptions,
): string {
  const bytes = new Uint8Array(maxBytes + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  if (length > maxBytes) {
    throw new RangeError(`it is larger than ${maxBytes} bytes`);
  }
  const decoder = new TextDecoder("utf-8", {
    fatal: true,
    ignoreBOM: keepsMark,
  });
  try {
    return decoder.decode(bytes.subarray(0, length));
  } catch (cause) {
    throw new TypeError("it is not UTF-8", { cause });
  }
}
