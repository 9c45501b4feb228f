/**
 * The cutter of all jails of a source that read dates in the same way.
 *
 * @module
 */

import type { ChunkText } from "./chunk_text.ts";
import type { Cutter } from "./line_cutter.ts";
import type { LinePass, LinePlace } from "./line_pass.ts";
import { PerLog } from "./per_log.ts";
import { rememberAscii } from "./plain_text.ts";

/** Lines looked at behind the last one that was met, for what the next chunk may need. */
const MOST_AT_END = 64;

/** Cuts the lines of a pass, and tells of the last one. */
export interface PassCutter
  extends Pick<Cutter, "text" | "isDated" | "lastSeconds"> {
  /** Cuts the line that the pass stands at. */
  cut(pass: LinePass): void;
}

/**
 * Cuts a line once, whoever asks. A line without a date is as old as the one before it, which nobody may have met: then, and
 * only then, the lines before are read, back to one that has a date.
 */
export class SharedCutter implements PassCutter {
  readonly #cutters: PerLog<Cutter>;
  readonly #chunk: ChunkText;
  readonly #passed: LinePlace = {
    text: "",
    span: { from: 0, to: 0 },
    start: 0,
    end: 0,
  };
  #line = 0;
  /** Behind the last line of the chunk that was cut. */
  #cutTo = 0;

  /**
   * @param createCutter makes the cutter of a log
   * @throws {FilterError} when that does
   */
  constructor(createCutter: () => Cutter, chunk: ChunkText) {
    this.#cutters = new PerLog(createCutter);
    this.#chunk = chunk;
  }

  /** Goes over to a log. */
  enter(log: WeakKey): void {
    this.#cutters.enter(log);
  }

  /** The line without its date, ended by one newline. */
  get text(): string {
    return this.#cutters.current.text;
  }

  /** Whether the line bore a date. */
  get isDated(): boolean {
    return this.#cutters.current.isDated;
  }

  /** Seconds of the line's date, or of the last one before it; NaN before the first. */
  get lastSeconds(): number {
    return this.#cutters.current.lastSeconds;
  }

  /** Cuts the line that the pass stands at. */
  cut(pass: LinePass): void {
    if (this.#line === pass.line) return;
    this.#line = pass.line;
    const { text, span, timeSeconds, nowSeconds } = pass;
    const cutter = this.#cutters.current;
    if (timeSeconds !== undefined) {
      return cutter.take(text, span, timeSeconds);
    }
    cutter.cut(text, span, nowSeconds);
    if (!cutter.hasTime && pass.start > this.#cutTo) {
      this.#lookBack(pass.start, Infinity, nowSeconds);
      cutter.cut(text, span, nowSeconds);
    }
    this.#cutTo = pass.end;
    if (pass.isAscii) rememberAscii(cutter.text);
  }

  /** Reads the last date of a chunk whose last lines were not met. */
  endChunk({ timeSeconds, nowSeconds }: LinePass): void {
    const { length } = this.#chunk;
    if (timeSeconds === undefined && length > this.#cutTo) {
      this.#lookBack(length, MOST_AT_END, nowSeconds);
    }
    this.#cutTo = 0;
  }

  #lookBack(end: number, most: number, nowSeconds: number): void {
    const passed = this.#passed;
    const cutter = this.#cutters.current;
    passed.start = end;
    for (let count = 0; count < most && passed.start > this.#cutTo; count++) {
      this.#chunk.takeBefore(passed.start, passed);
      cutter.cut(passed.text, passed.span, nowSeconds);
      if (cutter.hasTime) return;
    }
  }
}
