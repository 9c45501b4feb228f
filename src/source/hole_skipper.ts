/**
 * Cuts bytes of a file into lines, and leaves holes out.
 *
 * A writer that does not append goes on at its old offset after its file was truncated: what lies before reads as zeros,
 * and would stand before its next line.
 *
 * @module
 */

import { type LineSink, LineSplitter } from "./line_splitter.ts";

const NEWLINE = 10;

/** Fewer zeros at the beginning of a line are text: UTF-16 has single ones. */
const SMALLEST_HOLE = 16;

const ZEROS = new Uint8Array(SMALLEST_HOLE);

/** A LineSplitter that passes over holes between lines. */
export class HoleSkipper {
  readonly #splitter: LineSplitter;
  /** Zeros at the beginning of a line that may become a hole. */
  #withheld = 0;
  #isInHole = false;

  /** @param maxLineBytes as of LineSplitter */
  constructor(maxLineBytes: number) {
    this.#splitter = new LineSplitter(maxLineBytes);
  }

  /** Lines left out so far. */
  get overlongLines(): number {
    return this.#splitter.overlongLines;
  }

  /** Bytes of the incomplete last line. */
  get pendingBytes(): number {
    return this.#withheld + this.#splitter.pendingBytes;
  }

  /** Hands out the lines that `block` completes, and keeps the rest. */
  push(block: Uint8Array, sink: LineSink): void {
    for (let from = 0; from < block.length;) {
      from = this.#skipHole(block, from);
      if (from === block.length) return;
      const end = findHole(block, from);
      const start = from;
      const part = block.subarray(from, end);
      this.#splitter.push(part, (lines, to) => sink(lines, start + to));
      from = end;
    }
  }

  /** Hands out the incomplete last line, if there is one, and forgets it. */
  flush(sink: LineSink): void {
    this.#withheld = 0;
    this.#isInHole = false;
    this.#splitter.flush(sink);
  }

  /** @returns where text goes on; the end of the block where that is not known yet */
  #skipHole(block: Uint8Array, from: number): number {
    if (this.#splitter.pendingBytes > 0) return from;
    const to = endOfZeros(block, from);
    const zeros = this.#withheld + to - from;
    this.#isInHole ||= zeros >= SMALLEST_HOLE;
    const isOver = to < block.length;
    if (this.#isInHole) {
      this.#withheld = 0;
      this.#isInHole = !isOver;
      return to;
    }
    if (!isOver) {
      this.#withheld = zeros;
      return to;
    }
    if (this.#withheld > 0) {
      this.#splitter.push(ZEROS.subarray(0, this.#withheld), () => {});
    }
    this.#withheld = 0;
    return from;
  }
}

/** @returns where a hole begins behind `from`, or what may become one; the end of the block where there is none */
function findHole(block: Uint8Array, from: number): number {
  let at = block.indexOf(0, from + 1);
  while (at >= 0) {
    const end = endOfZeros(block, at);
    const isHole = end === block.length || end - at >= SMALLEST_HOLE;
    if (isHole && block[at - 1] === NEWLINE) return at;
    at = block.indexOf(0, end);
  }
  return block.length;
}

function endOfZeros(block: Uint8Array, from: number): number {
  let at = from;
  while (block[at] === 0) at++;
  return at;
}
