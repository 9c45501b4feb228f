/**
 * The cutter of all jails of a source that read dates in the same way.
 *
 * @module
 */

import type { ChunkText } from "./chunk_text.ts";
import { LineBytes } from "./line_bytes.ts";
import type { Cutter } from "./line_cutter.ts";
import type { LineSpan } from "./date/date_reader.ts";
import { type LinePass, takeText } from "./line_pass.ts";
import type { LinePlace } from "./line_place.ts";
import { PerLog } from "./per_log.ts";
import { rememberAscii } from "./plain_text.ts";
import { StampMemo } from "./stamp_memo.ts";
import type { Subject } from "./subject.ts";

/** Lines looked at behind the last one that was met, for what the next chunk may need. */
const MOST_AT_END = 64;

/** Cuts the lines of a pass, and tells of the last one, on which patterns are run. */
export interface PassCutter
  extends Subject, Pick<Cutter, "isDated" | "lastSeconds"> {
  /** What its lines begin with. */
  readonly stamps: StampMemo;
  /** Cuts the line that the pass stands at. */
  cut(pass: LinePass): void;
}

/**
 * Cuts a line once, whoever asks. A line without a date is as old as the one before it, which nobody may have met: then, and
 * only then, the lines before are read, back to one that has a date.
 */
export class SharedCutter implements PassCutter {
  from = -1;
  to = -1;
  readonly #cutters: PerLog<Cutter>;
  readonly #chunk: ChunkText;
  /** Where the bytes of its lines lie. */
  readonly bytes = new LineBytes();
  readonly stamps = new StampMemo();
  readonly #passed: LinePlace = {
    text: "",
    span: { from: 0, to: 0 },
    start: 0,
    lineEnd: 0,
    end: 0,
  };
  #line = 0;
  #isAscii = false;
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
    this.stamps.forget();
  }

  /** The line without its date, ended by one newline. */
  get text(): string {
    const { text } = this.#cutters.current;
    if (this.#isAscii) rememberAscii(text);
    return text;
  }

  get firstUnit(): number {
    return this.unitAt(0);
  }

  unitAt(place: number): number {
    return this.#cutters.current.unitAt(place);
  }

  get source(): string {
    return this.#cutters.current.source;
  }

  get offset(): number {
    return this.#cutters.current.offset;
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
    takeText(pass);
    const cutter = this.#cutters.current;
    if (pass.timeSeconds === undefined) this.#cutDate(pass, cutter);
    else {
      cutter.take(pass.text, pass.span, pass.timeSeconds);
      this.stamps.forget();
    }
    this.#isAscii = pass.isAscii;
    this.from = this.bytes.locate(pass, cutter);
    this.to = this.bytes.to;
  }

  /** Reads the last date of a chunk whose last lines were not met. */
  endChunk({ timeSeconds, nowSeconds }: LinePass): void {
    const { length } = this.#chunk;
    if (timeSeconds === undefined && length > this.#cutTo) {
      this.#lookBack(length, MOST_AT_END, nowSeconds);
    }
    this.#cutTo = 0;
    this.#cutters.current.noteAlike(this.stamps.takeUses(), nowSeconds);
    this.stamps.forget();
  }

  #cutDate(pass: LinePass, cutter: Cutter): void {
    const { text, span, nowSeconds } = pass;
    if (this.stamps.isSame(pass)) {
      this.stamps.noteUse(pass.line);
      cutter.cutAlike(text, span);
      this.#cutTo = pass.end;
      return;
    }
    this.#cut(text, span, nowSeconds);
    const head = cutter.headOf(text);
    const { cutFrom, cutTo } = cutter;
    if (head !== undefined) this.stamps.remember(pass, head, cutTo - cutFrom);
    if (!cutter.hasTime && pass.start > this.#cutTo) {
      this.#lookBack(pass.start, Infinity, nowSeconds);
      this.#cut(text, span, nowSeconds);
    }
    this.#cutTo = pass.end;
  }

  #cut(text: string, span: LineSpan, nowSeconds: number): void {
    const cutter = this.#cutters.current;
    cutter.noteAlike(this.stamps.takeUses(), nowSeconds);
    this.stamps.forget();
    cutter.cut(text, span, nowSeconds);
  }

  #lookBack(end: number, most: number, nowSeconds: number): void {
    const passed = this.#passed;
    const cutter = this.#cutters.current;
    passed.start = end;
    for (let count = 0; count < most && passed.start > this.#cutTo; count++) {
      this.#chunk.takeBefore(passed.start, passed);
      this.#cut(passed.text, passed.span, nowSeconds);
      if (cutter.hasTime) return;
    }
  }
}
