/**
 * What every failure tells of its line.
 *
 * @module
 */

import { type LinePass, offsetOf } from "./line_pass.ts";

/** The line's text is cut out when somebody asks: most failures are counted, and that is all. */
export abstract class LineFailure {
  /** See `Failure`. */
  offset = -1;
  /** See `Failure`. */
  byteLength = 0;
  #text = "";
  #from = 0;
  #to = 0;

  /** @param pass stands at the failure's line */
  setPass(pass: LinePass): void {
    this.offset = offsetOf(pass);
    this.byteLength = pass.end - pass.start;
    this.#text = pass.text;
    this.#from = pass.span.from;
    this.#to = pass.span.to;
  }

  /** The whole line. */
  get line(): string {
    return this.#text.slice(this.#from, this.#to);
  }

  /** Tells of the same line as another one, and of it alone: the text around it is let go. */
  protected setLineOf(other: LineFailure): void {
    this.offset = other.offset;
    this.byteLength = other.byteLength;
    this.#text = other.line;
    this.#from = 0;
    this.#to = this.#text.length;
  }
}
