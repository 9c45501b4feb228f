/**
 * Reads a named pipe. It is opened without waiting for a writer, and stays open when a writer goes: the next one is read
 * through the same descriptor.
 *
 * The kernel tells nobody of writes to a pipe (inotify is silent there), and a read that waits could not be ended: so it is
 * looked at 20 times a second.
 *
 * @module
 */

import type { Logger } from "../util/log.ts";
import { describeFailure } from "./describe_failure.ts";
import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";
import type { openPipe, PipeFile } from "./pipe_file.ts";
import { StreamLines } from "./stream_lines.ts";
import type { ChunkSink, Source, SourceStatus } from "./types.ts";

const POLL_MS = 50;

/** Between looks whether the name leads to another pipe. */
const POLLS_A_LOOK = 20;

/** What a pipe of Linux holds. */
const BUFFER_BYTES = 64 * 1024;

/** Which pipe. */
export interface PipeSourceOptions {
  /** Absolute. */
  readonly path: string;
  readonly log: Logger;
}

type State = Pick<SourceStatus, "state" | "reason">;

/** Makes a source of a named pipe. @returns one that does nothing until `start`; it can be started once */
export function createPipeSource(options: PipeSourceOptions): Source {
  return new PipeSource(options);
}

class PipeSource implements Source {
  readonly path: string;
  readonly #log: Logger;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #lines: StreamLines | undefined;
  #open: typeof openPipe | undefined;
  #file: PipeFile | undefined;
  #opened: FileIdentity | undefined;
  #status: State = { state: "waiting", reason: "not started" };
  #saidState: SourceStatus["state"] | undefined;
  #following: Promise<void> | undefined;
  #isStopped = false;
  #endPause: () => void = () => {};

  constructor({ path, log }: PipeSourceOptions) {
    this.path = path;
    this.#log = log;
  }

  async start(sink: ChunkSink): Promise<void> {
    this.#open = (await import("./pipe_file.ts")).openPipe;
    if (this.#isStopped) return;
    this.#lines = new StreamLines({ path: this.path, log: this.#log, sink });
    this.#look();
    this.#following = this.#follow(this.#lines);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#status = { state: "stopped" };
    this.#lines?.stop();
    this.#endPause();
    await this.#following;
  }

  describe(): SourceStatus {
    const { bytesRead = 0, overlongLines = 0 } = this.#lines ?? {};
    const { path } = this;
    return { path, ...this.#status, bytesRead, overlongLines, rotations: 0 };
  }

  async #follow(lines: StreamLines): Promise<void> {
    for (let polls = 1; !this.#isStopped; polls++) {
      await this.#readAll(lines);
      if (polls % POLLS_A_LOOK === 0 && !this.#isStopped) this.#look();
      if (!this.#isStopped) await this.#pause();
    }
    this.#close();
  }

  async #readAll(lines: StreamLines): Promise<void> {
    while (this.#file !== undefined && !this.#isStopped) {
      try {
        const length = this.#file.read(this.#buffer);
        // Without a writer there is an end, again and again.
        if (length === 0) return lines.flush();
        await lines.take(this.#buffer.subarray(0, length));
      } catch (error) {
        if (!isEmptyPipe(error)) this.#fail(error);
        return;
      }
    }
  }

  /** Opens what bears the name now, if it is not open. */
  #look(): void {
    try {
      const stat = Deno.statSync(this.path);
      if (!stat.isFifo) {
        throw new TypeError("it is no named pipe any more");
      }
      if (isSameFile(identify(stat), this.#opened)) return;
      this.#close();
      this.#file = this.#open?.(this.path);
      this.#opened = identify(stat);
      this.#say({ state: "watching" });
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#close();
    this.#say(describeFailure(this.path, error));
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#opened = undefined;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #say(status: State): void {
    this.#status = status;
    const { state, reason } = status;
    if (state === this.#saidState) return;
    this.#saidState = state;
    const { path } = this;
    if (state === "watching") this.#log.info("Watch named pipe", { path });
    else this.#log.warn("Cannot read named pipe", { path, reason });
  }
}

function isEmptyPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
