/**
 * The stamp that lines of a log begin with, known by its bytes: most lines begin with that of the line before.
 *
 * @module
 */

import type { LinePass } from "./line_pass.ts";

/** A stamp of syslog, `Nov 20 19:08:03`, and the blank behind it. */
const COMPARED_BYTES = 16;

const ZERO = 48;
const NINE = 57;

/** Bytes of what is remembered: the stamp, how much of a line it takes, its number. */
export const STAMP_BYTES = 32;

/** Words of the last two. */
const LENGTH = 4;
const NUMBER = 5;

/** Remembers the stamp of the line that was cut last, where line_program.as sees it. */
export class StampMemo {
  #memory: DataView = new DataView(new ArrayBuffer(STAMP_BYTES));
  #place = 0;
  #words: Uint32Array = new Uint32Array(STAMP_BYTES / 4);
  #count = 0;
  /** By which a year was inferred. */
  #nowSeconds = NaN;

  /** @param place of `STAMP_BYTES` in the memory in which lines lie */
  open({ buffer }: WebAssembly.Memory, place: number): void {
    this.#memory = new DataView(buffer);
    this.#place = place;
    this.#words = new Uint32Array(buffer, place, STAMP_BYTES / 4);
  }

  /** Where it is. */
  get place(): number {
    return this.#place;
  }

  /** Of the stamp: another one for each that is remembered; 0 where none is. */
  get number(): number {
    return this.#words[NUMBER] ?? 0;
  }

  /** The next stamp is another one. */
  forget(): void {
    this.#words[NUMBER] = 0;
  }

  /**
   * @param pass stands at a line that begins with a stamp, and a blank
   * @param stamp its place
   */
  remember(
    { place, span, nowSeconds }: LinePass,
    { cutFrom, cutTo }: { readonly cutFrom: number; readonly cutTo: number },
  ): void {
    if (place < 0 || span.to - span.from <= COMPARED_BYTES) return;
    if (cutTo - cutFrom >= COMPARED_BYTES) return;
    const memory = this.#memory;
    for (let at = 0; at < COMPARED_BYTES; at += 4) {
      memory.setInt32(this.#place + at, memory.getInt32(place + at));
    }
    this.#count = this.#count < 0xffffffff ? this.#count + 1 : 1;
    this.#words[LENGTH] = cutTo - cutFrom;
    this.#words[NUMBER] = this.#count;
    this.#nowSeconds = nowSeconds;
  }

  /** @returns whether the line begins with the same stamp, and nothing behind it can belong to it */
  isSame({ place, span, nowSeconds }: LinePass): boolean {
    if (place < 0 || this.number === 0) return false;
    if (nowSeconds !== this.#nowSeconds) return false;
    if (span.to - span.from <= COMPARED_BYTES) return false;
    const memory = this.#memory;
    for (let at = COMPARED_BYTES - 4; at >= 0; at -= 4) {
      const known = memory.getInt32(this.#place + at);
      if (memory.getInt32(place + at) !== known) return false;
    }
    // A year may follow.
    const next = memory.getUint8(place + COMPARED_BYTES);
    return next < ZERO || next > NINE;
  }
}
