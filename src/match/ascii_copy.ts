/**
 * A copy of some ASCII, of which texts are made when somebody asks: most lines that are kept are never asked about.
 *
 * @module
 */

/** One object for many copies, one after the other. */
export class AsciiCopy {
  #bytes = new Uint8Array(0);
  #length = 0;

  /** Becomes a copy of a part of these bytes. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
    // A call into the runtime would take as long as a hundred bytes.
    for (let at = 0; at < length; at++) {
      this.#bytes[at] = bytes[start + at] ?? 0;
    }
    this.#length = length;
  }

  /** @returns the text between two places */
  slice(start: number, end: number): string {
    const to = Math.min(end, this.#length);
    let text = "";
    for (let at = start; at < to; at++) {
      text += String.fromCharCode(this.#bytes[at] ?? 0);
    }
    return text;
  }
}
