/**
 * Standard input as a source, for `something | fail2deno run`.
 *
 * A read that waits cannot be taken back. So there is one reader for the whole life of the process; what comes while no jail
 * reads it is dropped.
 *
 * @module
 */

import type { Logger } from "../util/log.ts";
import { StreamLines } from "./stream_lines.ts";
import type { ChunkSink, Source, SourceStatus } from "./types.ts";

/** What is read. */
export interface StandardInputOptions {
  /** Stands for the path of a log. */
  readonly path: string;
  readonly log: Logger;
  /** Default: that of the process. */
  readonly input?: ReadableStream<Uint8Array>;
}

/** Reads from the first source on, to the end. */
export class StandardInput {
  readonly #options: StandardInputOptions;
  #lines: StreamLines | undefined;
  #end: string | undefined;
  #isReading = false;

  /** Reads nothing yet. */
  constructor(options: StandardInputOptions) {
    this.#options = options;
  }

  /** @returns a source; one at a time may be started */
  createSource(): Source {
    const { path, log } = this.#options;
    let lines: StreamLines | undefined;
    return {
      path,
      start: (sink: ChunkSink) => {
        this.#lines = lines = new StreamLines({ path, log, sink });
        if (!this.#isReading) void this.#read();
        return Promise.resolve();
      },
      stop: () => {
        lines?.stop();
        if (this.#lines === lines) this.#lines = undefined;
        return Promise.resolve();
      },
      describe: () => this.#describe(lines),
    };
  }

  #describe(lines: StreamLines | undefined): SourceStatus {
    const { bytesRead = 0, overlongLines = 0 } = lines ?? {};
    const counts = { bytesRead, overlongLines, rotations: 0 };
    const path = "standard input";
    return this.#end === undefined
      ? { path, state: "watching", ...counts }
      : { path, state: "failed", reason: this.#end, ...counts };
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const { input = Deno.stdin.readable, log } = this.#options;
    log.info("Read standard input");
    try {
      for await (const piece of input) await this.#lines?.take(piece);
      this.#lines?.flush();
      this.#end = "it has ended";
    } catch (error) {
      this.#end = error instanceof Error ? error.message : String(error);
    }
    log.warn("Standard input is read no more", { reason: this.#end });
  }
}
