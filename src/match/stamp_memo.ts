/**
 * The stamp that lines of a log begin with, known by its bytes: most lines begin with that of the line before, but for the
 * fraction of its second.
 *
 * @module
 */

import { isDigit } from "./ascii_units.ts";
import type { StampHead } from "./date/stamp_head.ts";
import type { LinePass } from "./line_pass.ts";

/** Most bytes of a line that are compared: `2026-11-20T19:08:03.123456+01:00`, and what is behind it. */
const COMPARED_BYTES = 48;

/** Bytes of what is remembered, as line_program.as reads it: three vectors each of bytes and two masks, then some words. */
export const STAMP_BYTES = 3 * COMPARED_BYTES + 16;

/** Where the words begin, and which they are. */
const WORDS = 3 * COMPARED_BYTES;
const Word = { cut: 0, number: 1, compared: 2 } as const;

/** In a mask: such a unit will do, whatever it is. */
const FREE = 0xff;

/** Remembers the stamp of the line that was cut last, where line_program.as sees it. */
export class StampMemo {
  #memory: Uint8Array = new Uint8Array(STAMP_BYTES);
  #bytes: Uint8Array = new Uint8Array(0);
  /** For each byte whether any digit will do, and whether anything else will. */
  #digits: Uint8Array = new Uint8Array(0);
  #others: Uint8Array = new Uint8Array(0);
  #words: Uint32Array = new Uint32Array(4);
  #place = 0;
  #count = 0;
  /** By which a year was inferred. */
  #nowSeconds = NaN;
  /** Lines that bore it since it was asked, and the last of them. */
  #uses = 0;
  #line = 0;

  /** @param place of `STAMP_BYTES` in the memory in which lines lie */
  open({ buffer }: WebAssembly.Memory, place: number): void {
    const bytesAt = (at: number) =>
      new Uint8Array(buffer, place + at, COMPARED_BYTES);
    this.#memory = new Uint8Array(buffer);
    this.#bytes = bytesAt(0);
    this.#digits = bytesAt(COMPARED_BYTES);
    this.#others = bytesAt(2 * COMPARED_BYTES);
    this.#words = new Uint32Array(buffer, place + WORDS, 4);
    this.#place = place;
  }

  /** Where it is. */
  get place(): number {
    return this.#place;
  }

  /** Of the stamp: another one for each that is remembered; 0 where none is. */
  get number(): number {
    return this.#words[Word.number] ?? 0;
  }

  /** The next stamp is another one. */
  forget(): void {
    this.#words[Word.number] = 0;
  }

  /**
   * @param pass stands at a line that begins with a stamp
   * @param head how other lines begin that bear it
   * @param cut how much of them it takes
   */
  remember(
    { place, nowSeconds }: LinePass,
    { text, looseFrom, looseTo, endsBeforeDigit }: StampHead,
    cut: number,
  ): void {
    const compared = text.length + (endsBeforeDigit ? 1 : 0);
    if (place < 0 || compared > COMPARED_BYTES) return;
    this.#digits.fill(FREE, text.length);
    this.#others.fill(FREE, text.length);
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 127) return;
      this.#bytes[at] = unit;
      this.#digits[at] = at >= looseFrom && at < looseTo ? FREE : 0;
      this.#others[at] = 0;
    }
    if (endsBeforeDigit) this.#digits[text.length] = 0;
    // What is behind must not be the same by chance: it counts as anything else.
    if (endsBeforeDigit) this.#bytes[text.length] = 0;
    this.#count = this.#count < 0xffffffff ? this.#count + 1 : 1;
    this.#words[Word.cut] = cut;
    this.#words[Word.compared] = compared;
    this.#words[Word.number] = this.#count;
    this.#nowSeconds = nowSeconds;
  }

  /** @returns whether the line begins with the same stamp, and nothing behind it can belong to it */
  isSame({ place, span, nowSeconds }: LinePass): boolean {
    if (place < 0 || this.number === 0) return false;
    if (nowSeconds !== this.#nowSeconds) return false;
    const compared = this.#words[Word.compared] ?? 0;
    if (span.to - span.from < compared) return false;
    // Seconds differ before all else.
    for (let at = compared - 1; at >= 0; at--) {
      const byte = this.#memory[place + at] ?? 0;
      if (byte === this.#bytes[at]) continue;
      const mask = isDigit(byte) ? this.#digits[at] : this.#others[at];
      if (mask !== FREE) return false;
    }
    return true;
  }

  /** Counts a line that bore it, once, whoever found that. */
  noteUse(line: number): void {
    if (line === this.#line) return;
    this.#line = line;
    this.#uses++;
  }

  /** Counts lines that nobody else has seen. */
  noteUses(lines: number): void {
    this.#uses += lines;
  }

  /** @returns how many they were since this was asked */
  takeUses(): number {
    const uses = this.#uses;
    this.#uses = 0;
    return uses;
  }
}
