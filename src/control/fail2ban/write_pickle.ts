/**
 * Writes pickles of protocol 2, which every client reads: plain values, and the exceptions by which fail2ban refuses.
 *
 * @module
 */

import { type Dict, type PickleValue, Tuple } from "./pickle_value.ts";

/** An exception of Python's, by the class that the client looks for. */
export interface PickledError {
  /** `builtins` or `fail2ban.exceptions`. */
  readonly module: string;
  /** `ValueError`. */
  readonly name: string;
  /** Its only argument. */
  readonly message: string;
}

const PROTOCOL = [0x80, 2];
const STOP = code(".");
const EMPTY_TUPLE = code(")");
/** TUPLE1 is the one behind it. */
const TUPLE0 = 0x84;
const INT32_LIMIT = 2 ** 31;

const UTF8 = new TextEncoder();

/** @returns a whole pickle */
export function writePickle(value: PickleValue): Uint8Array {
  const sink = new ByteSink();
  sink.bytes(PROTOCOL);
  writeValue(sink, value);
  sink.byte(STOP);
  return sink.finish();
}

/** @returns a pickle of `(1, ValueError('message'))`, as fail2ban refuses */
export function writeRefusal(
  { module, name, message }: PickledError,
): Uint8Array {
  const sink = new ByteSink();
  sink.bytes(PROTOCOL);
  writeValue(sink, 1);
  // GLOBAL, its argument as a tuple, REDUCE.
  sink.byte(code("c"));
  sink.bytes(UTF8.encode(`${module}\n${name}\n`));
  writeValue(sink, new Tuple([message]));
  sink.byte(code("R"));
  sink.byte(TUPLE0 + 2);
  sink.byte(STOP);
  return sink.finish();
}

function writeValue(sink: ByteSink, value: PickleValue): void {
  if (value === null) sink.byte(code("N"));
  else if (typeof value === "boolean") sink.byte(value ? 0x88 : 0x89);
  else if (typeof value === "number") writeNumber(sink, value);
  else if (typeof value === "bigint") writeLong(sink, value);
  else if (typeof value === "string") writeText(sink, value);
  else if (value instanceof Uint8Array) {
    sink.byte(code("B"));
    sink.uint32(value.length);
    sink.bytes(value);
  } else if (value instanceof Tuple) writeTuple(sink, value.items);
  else if (isDict(value)) {
    const items = [...value].flat();
    sink.byte(code("}"));
    writeMarked(sink, items, code("u"));
  } else {
    sink.byte(code("]"));
    writeMarked(sink, value, code("e"));
  }
}

function writeNumber(sink: ByteSink, value: number): void {
  // Whole numbers beyond those are bigints; what is no bigint was a fraction, as -0 was.
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    sink.byte(code("G"));
    sink.float64(value);
  } else if (value >= -INT32_LIMIT && value < INT32_LIMIT) {
    sink.byte(code("J"));
    sink.uint32(value >>> 0);
  } else writeLong(sink, BigInt(value));
}

/** Two's complement, with room for the sign. */
function writeLong(sink: ByteSink, value: bigint): void {
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length++;
  // LONG4: what is longer than LONG1 takes is no rarer mistake.
  sink.byte(0x8b);
  sink.uint32(length);
  for (let rest = value; length > 0; length--, rest >>= 8n) {
    sink.byte(Number(rest & 0xffn));
  }
}

function writeText(sink: ByteSink, value: string): void {
  sink.byte(code("X"));
  sink.text(value);
}

function writeTuple(sink: ByteSink, items: readonly PickleValue[]): void {
  if (items.length === 0) sink.byte(EMPTY_TUPLE);
  else if (items.length <= 3) {
    for (const item of items) writeValue(sink, item);
    sink.byte(TUPLE0 + items.length);
  } else writeMarked(sink, items, code("t"));
}

function writeMarked(
  sink: ByteSink,
  items: readonly PickleValue[],
  end: number,
): void {
  sink.byte(code("("));
  for (const item of items) writeValue(sink, item);
  sink.byte(end);
}

function isDict(value: PickleValue): value is Dict {
  return value instanceof Map;
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}

/** Bytes that grow. */
class ByteSink {
  #bytes = new Uint8Array(256);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  uint32(value: number): void {
    this.#reserve(4);
    for (let shift = 0; shift < 32; shift += 8) {
      this.#bytes[this.#length++] = value >>> shift;
    }
  }

  /** Its length in bytes, and the bytes. A list of 100,000 hosts is one of such texts. */
  text(value: string): void {
    const start = this.#length + 4;
    this.#reserve(4 + 3 * value.length);
    const { written } = UTF8.encodeInto(value, this.#bytes.subarray(start));
    this.uint32(written);
    this.#length += written;
  }

  float64(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    this.bytes(new Uint8Array(view.buffer));
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(
      Math.max(2 * this.#bytes.length, this.#length + count),
    );
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
