/**
 * Bytes that are written one behind the other, with numbers as WebAssembly has them: seven bits a byte, the least first.
 *
 * @module
 */

/** So few are made in a tenth of the time of more. */
const FIRST_LENGTH = 64;

const GROWTH = 4;

/** Grows as far as it must. */
export class ByteSink {
  #bytes = new Uint8Array(FIRST_LENGTH);
  #length = 0;

  /** What was written; valid until more is. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  add(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = byte;
  }

  addAll(bytes: ArrayLike<number>): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Adds their count, and then the bytes. */
  addCounted(bytes: ArrayLike<number>): void {
    this.addUnsigned(bytes.length);
    this.addAll(bytes);
  }

  /** @param value not negative, below 2^31 */
  addUnsigned(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.add(rest & 127 | 128);
      rest >>>= 7;
    }
    this.add(rest);
  }

  /** @param value of 32 bits */
  addSigned(value: number): void {
    let rest = value;
    while (rest < -64 || rest > 63) {
      this.add(rest & 127 | 128);
      rest >>= 7;
    }
    this.add(rest & 127);
  }

  /** @param value of 64 bits */
  addSigned64(value: bigint): void {
    let rest = value;
    while (rest < -64n || rest > 63n) {
      this.add(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.add(Number(rest & 127n));
  }

  #grow(count: number): void {
    const least = this.#length + count;
    if (least <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(least, GROWTH * this.#bytes.length));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
