/**
 * The bytes of a pickle, read from the front.
 *
 * @module
 */

import { PickleError } from "./pickle_error.ts";

const NEWLINE = 10;
/** Bytes of a whole number at most: Python's own short form has no more. */
const LONG_LIMIT = 255;
/** 2 to the power of 8 times LONG_LIMIT has 615 digits. */
const DIGITS_LIMIT = 615;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads arguments of opcodes; what is not there is an error. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** Begins at the first byte. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** @returns the next bytes, in place */
  take(count: number): Uint8Array {
    const start = this.#skip(count);
    return this.#bytes.subarray(start, this.#at);
  }

  /** @returns an unsigned number of one byte */
  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** @returns an unsigned number of two bytes */
  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  /** @returns an unsigned number of four bytes */
  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** @returns a number of four bytes */
  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  /** @returns a length of eight bytes */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** @returns a fraction of eight bytes, the only number whose first byte weighs most */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8));
  }

  /** @returns a text of so many bytes */
  text(length: number): string {
    return decodeUtf8(this.take(length));
  }

  /** @returns a whole number of so many bytes, the last of which has the sign */
  long(length: number): number | bigint {
    if (length > LONG_LIMIT) throw new PickleError("a number is too long");
    let value = 0n;
    for (const byte of this.take(length).toReversed()) {
      value = (value << 8n) | BigInt(byte);
    }
    return shorten(BigInt.asIntN(8 * length, value));
  }

  /** @returns what stands before the next line break, as Latin-1 */
  line(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    if (end < 0) throw new PickleError("it ends too early");
    let line = "";
    for (const byte of this.take(end - this.#at)) {
      line += String.fromCharCode(byte);
    }
    this.#at++;
    return line;
  }

  /** @returns where the bytes began */
  #skip(count: number): number {
    const start = this.#at;
    if (!(count <= this.#bytes.length - start)) {
      throw new PickleError("it ends too early");
    }
    this.#at += count;
    return start;
  }
}

/** @throws {PickleError} for bytes that are no UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new PickleError("a text is no UTF-8");
  }
}

/** @returns the whole number that the digits write */
export function readWhole(text: string): number | bigint {
  if (!/^[-+]?\d+$/.test(text) || text.length > DIGITS_LIMIT) {
    throw new PickleError("a line is no whole number, or too long a one");
  }
  return shorten(BigInt(text.replace(/^\+/, "")));
}

function shorten(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
