/**
 * Cuts a connection's bytes into messages of syslog, by both ways of RFC 6587.
 *
 *     "5 <1>ab7 <1>abcd"   counted: a number, a blank, so many bytes
 *     "<1>ab\n<1>abcd\n"   a line each
 *
 * @module
 */

const NEWLINE = 10;
const SPACE = 32;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** A message that says to be longer is none: its number is text. */
const MAX_DIGITS = 9;

/** Receives a message, valid only during the call, and whether its end was cut off. */
export type FrameSink = (message: Uint8Array, isCut: boolean) => void;

/** Holds the beginning of a message back until the rest of it comes. */
export class FrameSplitter {
  readonly #held: Uint8Array;
  readonly #sink: FrameSink;
  #length = 0;
  #isCut = false;
  /** What the bytes that come belong to. */
  #part: "nothing" | "number" | "counted" | "line" = "nothing";
  /** Bytes that a counted message still lacks. */
  #missing = 0;

  /** @param maxBytes longest message that is handed out; of a longer one its beginning is */
  constructor(maxBytes: number, sink: FrameSink) {
    this.#held = new Uint8Array(maxBytes);
    this.#sink = sink;
  }

  /** Whether a message has begun, and not ended. */
  get isWithin(): boolean {
    return this.#part !== "nothing";
  }

  /** Hands out the messages that the block completes, and keeps the rest. */
  push(block: Uint8Array): void {
    for (let at = 0; at < block.length;) at += this.#take(block.subarray(at));
  }

  /** Nothing will follow: hands out an unfinished line; of a counted message nothing is. */
  flush(): void {
    if (this.#part === "line") this.#handOut();
    this.#part = "nothing";
  }

  /** @returns how many of the bytes were taken */
  #take(bytes: Uint8Array): number {
    switch (this.#part) {
      case "nothing":
        return this.#begin(bytes[0] ?? NEWLINE);
      case "number":
        return this.#takeNumber(bytes[0] ?? NEWLINE);
      case "counted":
        return this.#takeCounted(bytes);
      case "line":
        return this.#takeLine(bytes);
    }
  }

  #begin(byte: number): number {
    // Some end a counted message by a newline that they have not counted.
    if (byte === NEWLINE) return 1;
    this.#part = isDigit(byte) && byte !== DIGIT_0 ? "number" : "line";
    return 0;
  }

  #takeNumber(byte: number): number {
    if (isDigit(byte) && this.#length < MAX_DIGITS) {
      this.#keep(Uint8Array.of(byte));
      return 1;
    }
    if (byte !== SPACE) {
      this.#part = "line";
      return 0;
    }
    const digits = this.#held.subarray(0, this.#length);
    this.#missing = Number(String.fromCharCode(...digits));
    this.#length = 0;
    this.#part = "counted";
    return 1;
  }

  #takeCounted(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.#missing);
    this.#keep(part);
    this.#missing -= part.length;
    if (this.#missing === 0) this.#handOut();
    return part.length;
  }

  #takeLine(bytes: Uint8Array): number {
    const end = bytes.indexOf(NEWLINE);
    this.#keep(end < 0 ? bytes : bytes.subarray(0, end));
    if (end < 0) return bytes.length;
    this.#handOut();
    return end + 1;
  }

  #keep(bytes: Uint8Array): void {
    const fitting = bytes.subarray(0, this.#held.length - this.#length);
    if (fitting.length < bytes.length) this.#isCut = true;
    this.#held.set(fitting, this.#length);
    this.#length += fitting.length;
  }

  #handOut(): void {
    const message = this.#held.subarray(0, this.#length);
    const isCut = this.#isCut;
    this.#length = 0;
    this.#isCut = false;
    this.#part = "nothing";
    this.#sink(message, isCut);
  }
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_9;
}
