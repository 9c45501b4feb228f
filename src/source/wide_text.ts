/**
 * Logs in UTF-16, as programs of Windows write them, read as if they were UTF-8.
 *
 *     FF FE 61 00 0A 00 62 00   →   "a\n" and the place 6; "b" waits
 *
 * Only a newline of two bytes ends a line: the byte 10 is half of other characters too, which anybody may put into a name.
 *
 * @module
 */

import type { LineSplitter } from "./line_splitter.ts";
import type { ReadAt } from "./read_at.ts";

/** Which byte of a character is the first. */
export type WideOrder = "utf-16le" | "utf-16be";

/** Receives whole lines in UTF-8, and the place in the file behind them. */
export type WideSink = (lines: Uint8Array, offset: number) => void;

const NEWLINE = 10;
const QUESTION_MARK = 63;

/**
 * Reads the mark at a file's beginning.
 *
 * @param bytes its first ones
 * @returns undefined where it is not in UTF-16
 */
export function readWideOrder(
  [first, second]: Uint8Array,
): WideOrder | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

/**
 * Reads a file of UTF-16 as if each character were one byte, to look for line ends and dates in it.
 *
 * @returns a reader whose places are those of characters; what is not ASCII reads as `?`
 */
export function narrowReadAt(readAt: ReadAt, order: WideOrder): ReadAt {
  const isLittle = order === "utf-16le";
  return (buffer, offset) => {
    const wide = new Uint8Array(2 * buffer.length);
    const length = Math.floor(readAt(wide, 2 * offset) / 2);
    const view = new DataView(wide.buffer);
    for (let at = 0; at < length; at++) {
      const unit = view.getUint16(2 * at, isLittle);
      buffer[at] = unit < 0x80 ? unit : QUESTION_MARK;
    }
    return length;
  };
}

/** @returns whether these bytes may be the first of a mark of two */
export function mayBeginMark([first]: Uint8Array): boolean {
  return first === 0xff || first === 0xfe;
}

/** @returns bytes of the mark at a file's beginning, that of UTF-8 included */
export function markLength(bytes: Uint8Array): number {
  if (readWideOrder(bytes) !== undefined) return 2;
  const [first, second, third] = bytes;
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

/** The text of one file, from a place on. */
export class WideText {
  readonly #decoder: TextDecoder;
  readonly #encoder = new TextEncoder();
  /** Half of a pair, of which the other half is in the next block. */
  #carriedUnits = 0;
  #pendingBytes = 0;
  #isInLine: boolean;

  /** @param before the two bytes before the place; where they are no newline, and no mark, the rest of the line is left out */
  constructor(order: WideOrder, before: Uint8Array) {
    this.#decoder = new TextDecoder(order, { ignoreBOM: true });
    const [unit] = new TextDecoder(order, { ignoreBOM: true }).decode(before);
    this.#isInLine = unit !== "\n" && unit !== "\ufeff";
  }

  /** Bytes of the incomplete last line, in the file. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The incomplete last line was given up. */
  forgetPending(): void {
    this.#pendingBytes = 0;
  }

  /**
   * Hands the lines of a block over.
   *
   * @param block a whole number of characters of two bytes
   * @param options.start place of the block in the file
   */
  push(
    block: Uint8Array,
    { start, splitter, sink }: {
      readonly start: number;
      readonly splitter: Pick<LineSplitter, "push">;
      readonly sink: WideSink;
    },
  ): void {
    const base = start - 2 * this.#carriedUnits;
    const text = this.#decoder.decode(block, { stream: true });
    this.#carriedUnits += block.length / 2 - text.length;
    const bytes = this.#encoder.encode(text);
    const from = this.#isInLine ? bytes.indexOf(NEWLINE) + 1 : 0;
    if (this.#isInLine && from === 0) return;
    this.#isInLine = false;
    const lastEnd = bytes.lastIndexOf(NEWLINE) + 1;
    splitter.push(
      bytes.subarray(from),
      (lines, end) =>
        sink(lines, base + 2 * countUnits(bytes.subarray(0, from + end))),
    );
    this.#pendingBytes = lastEnd === 0
      ? this.#pendingBytes + block.length
      : start + block.length - base -
        2 * countUnits(bytes.subarray(0, lastEnd));
  }
}

/** @param bytes UTF-8 up to a newline, or the whole of it */
function countUnits(bytes: Uint8Array): number {
  return COUNTER.decode(bytes).length;
}

const COUNTER = new TextDecoder("utf-8", { ignoreBOM: true });
