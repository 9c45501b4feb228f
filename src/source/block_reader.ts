/**
 * Reads a log from its beginning to its end in large blocks of whole lines, in one buffer.
 *
 *     space ← "one\ntw"       take → "one\n"            "tw" moves to the front
 *     space ← "o\nthr"        take → "two\n"            "thr" moves to the front
 *                             flush → "thr\n"
 *
 * LineSplitter does the same for a log that grows, where a torn line has to wait without a buffer of its own.
 *
 * @module
 */

const NEWLINE = 10;

/** Receives whole lines, each with its newline; a view of the buffer, valid only during the call. */
export type BlockSink = (lines: Uint8Array) => void;

/** A buffer that is filled from outside, and hands on the whole lines in it without copying them. */
export class BlockReader {
  readonly #buffer: Uint8Array;
  readonly #sink: BlockSink;
  /** Bytes of the incomplete last line, at the front. */
  #kept = 0;
  #isSkipping = false;
  #overlongLines = 0;

  /**
   * Begins at the beginning of a line.
   *
   * @param buffer what blocks are read into; a line that does not fit into it is left out whole
   */
  constructor(buffer: Uint8Array, sink: BlockSink) {
    this.#buffer = buffer;
    this.#sink = sink;
  }

  /** Where the next bytes are to be put; never empty. */
  get space(): Uint8Array {
    return this.#buffer.subarray(this.#kept);
  }

  /** Lines left out so far. */
  get overlongLines(): number {
    return this.#overlongLines;
  }

  /** Hands on the lines that are whole now that `length` bytes were put into `space`. */
  take(length: number): void {
    const buffer = this.#buffer;
    const end = this.#kept + length;
    let from = 0;
    if (this.#isSkipping) {
      from = buffer.subarray(0, end).indexOf(NEWLINE) + 1;
      if (from === 0) return;
      this.#endSkip();
    }
    const fresh = Math.max(from, this.#kept);
    const newline = buffer.subarray(fresh, end).lastIndexOf(NEWLINE);
    const to = newline < 0 ? from : fresh + newline + 1;
    if (to > from) this.#sink(buffer.subarray(from, to));
    if (to > 0) buffer.copyWithin(0, to, end);
    this.#kept = end - to;
    if (this.#kept === buffer.length) {
      this.#isSkipping = true;
      this.#kept = 0;
    }
  }

  /** Copies bytes in, for a source that brings its own. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const { space } = this;
      const part = bytes.subarray(at, at + space.length);
      space.set(part);
      this.take(part.length);
      at += part.length;
    }
  }

  /** Hands on the last line, if it has no newline, as if it had one. */
  flush(): void {
    if (this.#isSkipping) return this.#endSkip();
    if (this.#kept === 0) return;
    this.#buffer[this.#kept] = NEWLINE;
    this.#sink(this.#buffer.subarray(0, this.#kept + 1));
    this.#kept = 0;
  }

  #endSkip(): void {
    this.#isSkipping = false;
    this.#overlongLines++;
  }
}
