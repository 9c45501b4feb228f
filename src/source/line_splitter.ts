/**
 * Cuts a stream of bytes into whole lines, wherever the stream was torn.
 *
 *     push("one\ntw")  → "one\n"        "tw" waits
 *     push("o\nthr")   → "two\n"        "thr" waits
 *     flush()          → "thr"
 *
 * @module
 */

const NEWLINE = 10;

/** A waiting buffer above this size is given back when its line is complete. */
const KEPT_CARRY_BYTES = 4096;

const EMPTY = new Uint8Array(0);

/**
 * Receives one or more whole lines, valid only during the call.
 *
 * @param lines bytes with their newlines
 * @param end how many bytes of the block that was pushed are handed out or left out, these included
 */
export type LineSink = (lines: Uint8Array, end: number) => void;

/** Holds the incomplete last line back until the rest of it comes. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #carry: Uint8Array = EMPTY;
  #carried = 0;
  #skipped = 0;
  #overlongLines = 0;

  /**
   * Begins at the beginning of a line.
   *
   * @param maxLineBytes longest line handed out, its newline not counted; a longer one is left out whole
   */
  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Lines left out so far. */
  get overlongLines(): number {
    return this.#overlongLines;
  }

  /** Bytes of the incomplete last line. */
  get pendingBytes(): number {
    return this.#carried + this.#skipped;
  }

  /** Hands out the lines that `block` completes, and keeps the rest. */
  push(block: Uint8Array, sink: LineSink): void {
    let from = 0;
    if (this.pendingBytes > 0) {
      from = block.indexOf(NEWLINE) + 1;
      if (from === 0) return this.#keep(block);
      this.#complete(block.subarray(0, from), sink);
    }
    const end = block.lastIndexOf(NEWLINE) + 1;
    if (end > from) this.#pass(block, { from, end, sink });
    if (end < block.length) this.#keep(block.subarray(Math.max(from, end)));
  }

  /** Hands out the incomplete last line, if there is one, and forgets it. */
  flush(sink: LineSink): void {
    if (this.#skipped > 0) this.#overlongLines++;
    else if (this.#carried > 0) sink(this.#carry.subarray(0, this.#carried), 0);
    this.#forget();
  }

  #complete(rest: Uint8Array, sink: LineSink): void {
    this.#keep(rest.subarray(0, -1));
    if (this.#skipped > 0) {
      this.#overlongLines++;
    } else {
      this.#reserve(this.#carried + 1);
      this.#carry[this.#carried++] = NEWLINE;
      sink(this.#carry.subarray(0, this.#carried), rest.length);
    }
    this.#forget();
  }

  /** Whole lines go through as one view; only a block longer than the limit can hold an overlong line. */
  #pass(
    block: Uint8Array,
    { from, end, sink }: { from: number; end: number; sink: LineSink },
  ): void {
    if (end - from - 1 <= this.#maxLineBytes) {
      return sink(block.subarray(from, end), end);
    }
    let start = from;
    for (let at = from; at < end;) {
      const next = block.indexOf(NEWLINE, at) + 1;
      if (next - at - 1 > this.#maxLineBytes) {
        if (at > start) sink(block.subarray(start, at), at);
        this.#overlongLines++;
        start = next;
      }
      at = next;
    }
    if (end > start) sink(block.subarray(start, end), end);
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#carried + bytes.length;
    if (this.#skipped > 0 || length > this.#maxLineBytes) {
      this.#skipped += length;
      this.#carried = 0;
      this.#carry = EMPTY;
      return;
    }
    this.#reserve(length);
    this.#carry.set(bytes, this.#carried);
    this.#carried = length;
  }

  #reserve(length: number): void {
    if (this.#carry.length >= length) return;
    const grown = new Uint8Array(Math.max(length, 2 * this.#carry.length, 256));
    grown.set(this.#carry.subarray(0, this.#carried));
    this.#carry = grown;
  }

  #forget(): void {
    this.#carried = 0;
    this.#skipped = 0;
    if (this.#carry.length > KEPT_CARRY_BYTES) this.#carry = EMPTY;
  }
}
