/**
 * The text of a chunk's lines, decoded as late and as little as possible.
 *
 * Bytes that are no UTF-8 become U+FFFD. No sequence of UTF-8 holds a newline, and one that is torn ends before it, so a line
 * decoded alone has the text that it has within its chunk.
 *
 * @module
 */

import type { AsciiCopy } from "./ascii_copy.ts";
import type { LinePlace } from "./line_place.ts";

const NEWLINE = 10;
const RETURN = 13;

/**
 * A chunk is decoded whole when one line of so many bytes was wanted: decoding a line alone takes 150 ns, one of 90 bytes
 * within its chunk 4 ns and another 6 ns to be cut out.
 */
const BYTES_A_LINE_WANTED = 4096;

/** One object for all chunks. */
export class ChunkText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #bytes: Uint8Array = new Uint8Array(0);
  #whole = "";
  #isDecoded = false;
  /** Whether every byte became one unit, so that places in the bytes are places in the text. */
  #isPlain = false;
  #wanted = 0;
  #textAt = 0;
  #byteAt = 0;

  /** Bytes of the chunk. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Begins a chunk. */
  open(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#whole = "";
    this.#isDecoded = false;
    this.#isPlain = false;
    this.#wanted = 0;
    this.#textAt = this.#byteAt = 0;
  }

  /** Lets go of the bytes and the text. */
  close(): void {
    this.open(new Uint8Array(0));
  }

  /** Goes to the line between two places in the bytes, its newline not included. */
  take(place: LinePlace, start: number, end: number): void {
    place.start = start;
    place.lineEnd = end;
    place.end = Math.min(end + 1, this.#bytes.length);
    if (this.#isWholeAtHand()) return setLine(place, this.#whole, start, end);
    // With its newline, which patterns see.
    const text = this.#decoder.decode(this.#bytes.subarray(start, place.end));
    setLine(place, text, 0, text.length - (place.end > end ? 1 : 0));
  }

  /** @returns the text between two places in the bytes, which are ASCII there */
  slice(start: number, end: number): string {
    if (this.#isWholeAtHand()) return this.#whole.slice(start, end);
    return this.#decoder.decode(this.#bytes.subarray(start, end));
  }

  /** Copies what is between two places in the bytes. */
  copyTo(copy: AsciiCopy, start: number, end: number): void {
    copy.copy(this.#bytes, start, end);
  }

  /** Goes to the line that ends, newline included, before a place in the bytes that is not the first. */
  takeBefore(end: number, place: LinePlace): void {
    const bytes = this.#bytes;
    const last = bytes[end - 1] === NEWLINE ? end - 1 : end;
    // A negative place would be counted from the end.
    const start = last === 0 ? 0 : bytes.lastIndexOf(NEWLINE, last - 1) + 1;
    this.take(place, start, last);
  }

  /**
   * Goes on to the next line.
   *
   * @returns false behind the last one
   */
  next(place: LinePlace): boolean {
    const text = this.#decodeWhole();
    const from = this.#textAt;
    if (from >= text.length) return false;
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline;
    setLine(place, text, from, to);
    place.start = this.#byteAt;
    this.#byteAt = this.#isPlain ? to + 1 : this.#behindNewline();
    // Behind a last line without a newline there is none to be left out.
    place.lineEnd = Math.min(this.#byteAt - 1, this.#bytes.length);
    place.end = Math.min(this.#byteAt, this.#bytes.length);
    this.#textAt = to + 1;
    return true;
  }

  #behindNewline(): number {
    const newline = this.#bytes.indexOf(NEWLINE, this.#byteAt);
    return newline < 0 ? this.#bytes.length : newline + 1;
  }

  /** Whether places in the bytes are places in the whole text, which is decoded where enough is wanted of it. */
  #isWholeAtHand(): boolean {
    if (++this.#wanted * BYTES_A_LINE_WANTED > this.#bytes.length) {
      this.#decodeWhole();
    }
    return this.#isPlain;
  }

  #decodeWhole(): string {
    if (this.#isDecoded) return this.#whole;
    const text = this.#decoder.decode(this.#bytes);
    // Several bytes may become one unit, but never one byte several.
    this.#isPlain = text.length === this.#bytes.length;
    this.#isDecoded = true;
    this.#whole = text;
    return text;
  }
}

/** What ends a line is no part of it: carriage returns too. */
function setLine(
  place: LinePlace,
  text: string,
  from: number,
  to: number,
): void {
  let end = to;
  while (end > from && text.charCodeAt(end - 1) === RETURN) end--;
  place.text = text;
  place.span.from = from;
  place.span.to = end;
}
