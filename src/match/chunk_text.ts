/**
 * The text of a chunk's lines, decoded as late and as little as possible.
 *
 * Bytes that are no UTF-8 become U+FFFD. No sequence of UTF-8 holds a newline, and one that is torn ends before it, so a line
 * decoded alone has the text that it has within its chunk.
 *
 * @module
 */

import type { LinePass } from "./line_pass.ts";

const NEWLINE = 10;
const RETURN = 13;

/**
 * A chunk is decoded whole when one line of so many bytes was wanted: decoding a line alone takes 150 ns, one of 90 bytes
 * within its chunk 4 ns and another 6 ns to be cut out.
 */
const BYTES_A_LINE_WANTED = 4096;

/** One object for all chunks. */
export class ChunkText {
  /** Place in the bytes of the line that `next` went on to. */
  lineStart = 0;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #bytes: Uint8Array = new Uint8Array(0);
  #whole: string | undefined;
  /** Whether every byte became one unit, so that places in the bytes are places in the text. */
  #isPlain = false;
  #wanted = 0;
  #textAt = 0;
  #byteAt = 0;

  /** Begins a chunk. */
  open(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#whole = undefined;
    this.#isPlain = false;
    this.#wanted = 0;
    this.#textAt = this.#byteAt = 0;
  }

  /** Lets go of the bytes and the text. */
  close(): void {
    this.open(new Uint8Array(0));
  }

  /** Sets text and span of the pass to the line that stands between two places in the bytes. */
  take(pass: LinePass, from: number, to: number): void {
    if (++this.#wanted * BYTES_A_LINE_WANTED > this.#bytes.length) {
      this.#decodeWhole();
    }
    if (this.#whole !== undefined && this.#isPlain) {
      return setLine(pass, this.#whole, { from, to });
    }
    // With its newline, which patterns see.
    const text = this.#decoder.decode(this.#bytes.subarray(from, to + 1));
    const hasNewline = to < this.#bytes.length;
    setLine(pass, text, { from: 0, to: text.length - (hasNewline ? 1 : 0) });
  }

  /**
   * Sets text and span of the pass to the next line.
   *
   * @returns false behind the last one
   */
  next(pass: LinePass): boolean {
    const text = this.#decodeWhole();
    const from = this.#textAt;
    if (from >= text.length) return false;
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline;
    setLine(pass, text, { from, to });
    this.lineStart = this.#byteAt;
    this.#textAt = to + 1;
    this.#byteAt = this.#isPlain
      ? to + 1
      : this.#bytes.indexOf(NEWLINE, this.#byteAt) + 1;
    return true;
  }

  #decodeWhole(): string {
    if (this.#whole !== undefined) return this.#whole;
    const text = this.#decoder.decode(this.#bytes);
    // Several bytes may become one unit, but never one byte several.
    this.#isPlain = text.length === this.#bytes.length;
    this.#whole = text;
    return text;
  }
}

/** What ends a line is no part of it: carriage returns too. */
function setLine(
  pass: LinePass,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  let end = to;
  while (end > from && text.charCodeAt(end - 1) === RETURN) end--;
  pass.text = text;
  pass.span.from = from;
  pass.span.to = end;
}
