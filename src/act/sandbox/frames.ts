/**
 * Messages on a pipe: each one is its length, a key that only the two ends know, and JSON.
 *
 *     ┌────────────────┬─────────────────┬──────────────┐
 *     │ length, 4 byte │ key, 16 byte    │ JSON, UTF-8  │        length: of the JSON, big endian
 *     └────────────────┴─────────────────┴──────────────┘
 *
 * Code in a worker can write to its process's standard output. It does not know the key, so nothing that it writes there
 * passes for a message.
 *
 * @module
 */

/** Bytes of a key. */
export const KEY_LENGTH = 16;

const HEAD_LENGTH = 4 + KEY_LENGTH;

/** The other end does not keep to the protocol; nothing after this can be trusted. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** What both ends agreed on. */
export interface FrameOptions {
  /** KEY_LENGTH bytes. */
  readonly key: Uint8Array;
  /** Longest JSON in bytes. */
  readonly maxBytes: number;
}

/**
 * Makes one message.
 *
 * @param text JSON
 * @throws {RangeError} when it is longer than `maxBytes`
 */
export function encodeFrame(
  text: string,
  { key, maxBytes }: FrameOptions,
): Uint8Array<ArrayBuffer> {
  const payload = new TextEncoder().encode(text);
  if (payload.length > maxBytes) {
    throw new RangeError(
      `Cannot send a message: ${payload.length} bytes, expected at most ${maxBytes}`,
    );
  }
  const frame = new Uint8Array(HEAD_LENGTH + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(key, 4);
  frame.set(payload, HEAD_LENGTH);
  return frame;
}

/** Puts messages together from pieces as they come. */
export class FrameReader {
  readonly #options: FrameOptions;
  #parts: Uint8Array[] = [];
  #length = 0;
  /** Bytes until the next message is whole, as far as is known. */
  #wanted = HEAD_LENGTH;

  constructor(options: FrameOptions) {
    this.#options = options;
  }

  /**
   * Takes the next piece.
   *
   * @returns the text of each message that is whole now
   * @throws {FrameError} when a message is too long, has another key or is not UTF-8
   */
  push(piece: Uint8Array): readonly string[] {
    this.#parts.push(piece);
    this.#length += piece.length;
    const texts: string[] = [];
    while (this.#length >= this.#wanted) {
      const bytes = this.#join();
      const end = HEAD_LENGTH + this.#checkHead(bytes);
      this.#wanted = end;
      if (bytes.length < end) break;
      texts.push(decode(bytes.subarray(HEAD_LENGTH, end)));
      this.#parts = [bytes.subarray(end)];
      this.#length = bytes.length - end;
      this.#wanted = HEAD_LENGTH;
    }
    return texts;
  }

  #join(): Uint8Array {
    const [only] = this.#parts;
    if (only !== undefined && this.#parts.length === 1) return only;
    const joined = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      joined.set(part, offset);
      offset += part.length;
    }
    this.#parts = [joined];
    return joined;
  }

  /** @returns the length of the JSON */
  #checkHead(bytes: Uint8Array): number {
    const { key, maxBytes } = this.#options;
    const { buffer, byteOffset } = bytes;
    const length = new DataView(buffer, byteOffset).getUint32(0);
    if (key.some((byte, index) => bytes[4 + index] !== byte)) {
      throw new FrameError("it wrote what is no message");
    }
    if (length > maxBytes) {
      throw new FrameError(
        `its message has ${length} bytes, expected at most ${maxBytes}`,
      );
    }
    return length;
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FrameError("its message is not UTF-8", { cause });
  }
}
