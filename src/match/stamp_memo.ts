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

/** Remembers the stamp of the line that was cut last. */
export class StampMemo {
  #memory: DataView = new DataView(new ArrayBuffer(COMPARED_BYTES));
  #first = 0;
  #second = 0;
  #third = 0;
  #fourth = 0;
  /** By which a year was inferred; NaN where nothing is remembered. */
  #nowSeconds = NaN;

  /** @param memory in which lines lie */
  open(memory: WebAssembly.Memory): void {
    this.#memory = new DataView(memory.buffer);
  }

  /** The next stamp is another one. */
  forget(): void {
    this.#nowSeconds = NaN;
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
    this.#first = this.#memory.getInt32(place);
    this.#second = this.#memory.getInt32(place + 4);
    this.#third = this.#memory.getInt32(place + 8);
    this.#fourth = this.#memory.getInt32(place + 12);
    this.#nowSeconds = nowSeconds;
  }

  /** @returns whether the line begins with the same stamp, and nothing behind it can belong to it */
  isSame({ place, span, nowSeconds }: LinePass): boolean {
    if (place < 0 || nowSeconds !== this.#nowSeconds) return false;
    if (span.to - span.from <= COMPARED_BYTES) return false;
    const memory = this.#memory;
    if (memory.getInt32(place + 12) !== this.#fourth) return false;
    if (memory.getInt32(place + 8) !== this.#third) return false;
    if (memory.getInt32(place + 4) !== this.#second) return false;
    if (memory.getInt32(place) !== this.#first) return false;
    // A year may follow.
    const next = memory.getUint8(place + COMPARED_BYTES);
    return next < ZERO || next > NINE;
  }
}
