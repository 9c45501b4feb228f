/**
 * Where a line stands in its chunk, and in the text that holds it.
 *
 * @module
 */

/** Where a line stands. */
export interface LinePlace {
  /** Holds the line, once it was decoded: alone, or with the whole chunk. */
  text: string;
  /** Place of the line in the text, without what ends it. */
  readonly span: MutableSpan;
  /** First byte of the line in its chunk. */
  start: number;
  /** Behind its last byte; where a newline follows, that is its place. */
  lineEnd: number;
  /** Behind its newline. */
  end: number;
}

/** From the first character of a line to behind its last. */
export interface MutableSpan {
  from: number;
  to: number;
}
