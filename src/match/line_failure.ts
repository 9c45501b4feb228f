/**
 * What every failure tells of its line.
 *
 * @module
 */

import { type LinePass, offsetOf, textOf } from "./line_pass.ts";

/** The line's text is cut out when somebody asks: most failures are counted, and that is all. */
export abstract class LineFailure {
  /** See `Failure`. */
  offset = -1;
  /** See `Failure`. */
  byteLength = 0;
  #pass: LinePass | undefined;
  /** Of one that is kept. */
  #text = "";

  /** @param pass stands at the failure's line as long as the failure is handed on */
  setPass(pass: LinePass): void {
    this.offset = offsetOf(pass);
    this.byteLength = pass.end - pass.start;
    // One for all lines of a chunk, and young: to store it takes longer than to compare it.
    if (this.#pass !== pass) this.#pass = pass;
  }

  /** The whole line. */
  get line(): string {
    return this.#pass === undefined ? this.#text : textOf(this.#pass);
  }

  /** Tells of the same line as another one, and of it alone: the text around it is let go. */
  protected setLineOf(other: LineFailure): void {
    this.offset = other.offset;
    this.byteLength = other.byteLength;
    this.#text = other.line;
    this.#pass = undefined;
  }
}
