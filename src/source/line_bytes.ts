/**
 * Lines that are put together from pieces, in one buffer that is used again and again.
 *
 * @module
 */

const NEWLINE = 10;
const BACKSLASH = 92;
const LETTER_N = 110;

const FIRST_BYTES = 64 * 1024;

/** A buffer that grows. */
export class LineBytes {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** What was put in, valid until the next call. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Bytes of it. */
  get length(): number {
    return this.#length;
  }

  /** Forgets it. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds bytes as they are. */
  put(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Adds one byte. */
  putByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Adds bytes, each newline among them as `\n`: nobody can forge a line. */
  putText(value: Uint8Array): void {
    if (!value.includes(NEWLINE)) return this.put(value);
    this.#reserve(2 * value.length);
    for (const byte of value) {
      if (byte !== NEWLINE) this.#bytes[this.#length++] = byte;
      else {
        this.#bytes[this.#length++] = BACKSLASH;
        this.#bytes[this.#length++] = LETTER_N;
      }
    }
  }

  /** Ends a line. */
  putNewline(): void {
    this.putByte(NEWLINE);
  }

  #reserve(count: number): void {
    const need = this.#length + count;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, 2 * this.#bytes.length));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}
