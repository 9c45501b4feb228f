/**
 * Bytes of one encoding to bytes of UTF-8.
 *
 * @module
 */

const UTF_8 = "utf-8";

/** Turns whole lines into UTF-8; their number and order stay. */
export class Transcoder {
  readonly #decoder: TextDecoder;
  readonly #encoder = new TextEncoder();

  /** @param encoding an encoding in which the byte 10 is a newline and nothing else */
  constructor(encoding: string) {
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** @returns the lines in UTF-8, the same bytes where they are ASCII; what has no meaning becomes U+FFFD */
  toUtf8(lines: Uint8Array): Uint8Array {
    return isAscii(lines)
      ? lines
      : this.#encoder.encode(this.#decoder.decode(lines));
  }
}

/**
 * Makes what turns the lines of a log into UTF-8. A log has one encoding: the first of its readers that names one knows it.
 *
 * @returns undefined where they are UTF-8 as they are
 */
export function createTranscoder(
  readers: readonly {
    /** As `TextDecoder` calls it; absent: nothing is said. */
    readonly logEncoding?: string | undefined;
  }[],
): Transcoder | undefined {
  const named = readers.find(({ logEncoding }) => logEncoding !== undefined);
  const encoding = named?.logEncoding ?? UTF_8;
  return encoding === UTF_8 ? undefined : new Transcoder(encoding);
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}
