/**
 * Makes lines of what a stream gives, at a pace that leaves others their turn.
 *
 * A stream has no places: its lines are new when they come, and are gone when they were handed over.
 *
 * @module
 */

import { giveWay } from "./give_way.ts";
import { type GuardedSink, guardSink } from "./guard_sink.ts";
import { LineSplitter } from "./line_splitter.ts";
import { Pace } from "./pace.ts";
import type { ChunkSink } from "./types.ts";

/** As for files. */
const MAX_LINE_BYTES = 1024 * 1024;

/** Whose lines, and for whom. */
export interface StreamLinesOptions extends GuardedSink {
  /** Default 1 MiB. */
  readonly maxLineBytes?: number;
}

/** Cuts pieces into lines. */
export class StreamLines {
  /** Bytes taken so far. */
  bytesRead = 0;
  readonly #path: string;
  readonly #sink: ChunkSink;
  readonly #splitter: LineSplitter;
  readonly #pace = new Pace();
  #isStopped = false;
  #hasLines = false;

  /** Holds nothing yet. */
  constructor(options: StreamLinesOptions) {
    this.#path = options.path;
    this.#sink = guardSink(options);
    this.#splitter = new LineSplitter(options.maxLineBytes ?? MAX_LINE_BYTES);
    this.#pace.beginTurn();
  }

  /** Lines left out because they were too long. */
  get overlongLines(): number {
    return this.#splitter.overlongLines;
  }

  /** Hands over the lines of a piece. The next one is to wait for it: that is what slows a flood down. */
  async take(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.length && !this.#isStopped;) {
      const block = piece.subarray(at, at + this.#pace.beginBlock());
      this.#hasLines = false;
      this.#splitter.push(block, (lines) => this.#handOver(lines));
      this.bytesRead += block.length;
      at += block.length;
      if (!this.#pace.endBlock(this.#hasLines)) continue;
      await new Promise<void>((resolve) => giveWay(resolve));
      this.#pace.beginTurn();
    }
  }

  /** Nothing will complete the last line: hands it over. */
  flush(): void {
    if (!this.#isStopped) {
      this.#splitter.flush((lines) => this.#handOver(lines));
    }
  }

  /** Hands nothing over from now on. */
  stop(): void {
    this.#isStopped = true;
  }

  #handOver(bytes: Uint8Array): void {
    this.#hasLines = true;
    this.#sink({ source: this.#path, bytes, isCatchUp: false });
  }
}
