/**
 * The last texts of many, in a fixed number of bytes: new ones are written over the oldest.
 *
 *     const place = ring.write("Failed password …");   ring.read(place, bytes) is the text, until it was written over
 *
 * @module
 */

/** See the module. */
export class TextRing {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #longest: number;
  readonly #encoder = new TextEncoder();
  /** Bytes that were ever written or skipped. */
  #end = 0;

  /** @param options `size` in bytes; `longest` text in bytes, at most a quarter of it: what is longer is cut */
  constructor(
    options: { readonly size: number; readonly longest: number },
  ) {
    this.#bytes = new Uint8Array(options.size);
    this.#longest = options.longest;
  }

  /** Bytes of the text that was written last. */
  lastLength = 0;

  /** @returns the place of the text; `lastLength` tells its length */
  write(text: string): number {
    const size = this.#bytes.length;
    // A text stands in one piece.
    const at = this.#end % size;
    if (at + this.#longest > size) this.#end += size - at;
    const place = this.#end;
    const start = place % size;
    const { written } = this.#encoder.encodeInto(
      text,
      this.#bytes.subarray(start, start + this.#longest),
    );
    this.#end += written;
    this.lastLength = written;
    return place;
  }

  /** @returns the text that was written there; undefined where others were written over it */
  read(place: number, byteLength: number): string | undefined {
    const size = this.#bytes.length;
    if (place < this.#end - size + this.#longest) return undefined;
    if (place + byteLength > this.#end) return undefined;
    const start = place % size;
    return new TextDecoder().decode(
      this.#bytes.subarray(start, start + byteLength),
    );
  }
}
