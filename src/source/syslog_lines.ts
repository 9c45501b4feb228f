/**
 * Makes lines of messages of syslog, as the journal's are made, so that the same filters match them.
 *
 *     <38>1 2026-11-26T15:04:05+01:00 box sshd 42 - - Failed password …   →   box sshd[42]: Failed password …
 *
 * There is no date: the message's own time, or now, is handed over beside the line.
 *
 * @module
 */

import { type GuardedSink, guardSink } from "./guard_sink.ts";
import { LineBytes } from "./line_bytes.ts";
import { parseSyslogMessage } from "./syslog_message.ts";
import { SyslogTime } from "./syslog_time.ts";
import type { ChunkSink } from "./types.ts";

/** Lines of one chunk; more go in the next. */
const MAX_CHUNK_BYTES = 256 * 1024;

/** What was written longer ago was kept back on its way, and counts by its own time. */
const LATE_SECONDS = 60;

/** What lines are made of, and for whom. */
export interface SyslogLinesOptions extends GuardedSink {
  /** The wall clock in seconds. */
  readonly now: () => number;
}

/** Gathers lines of the same second. */
export class SyslogLines {
  /** Messages taken so far. */
  messages = 0;
  /** Bytes of their lines. */
  bytesRead = 0;
  readonly #path: string;
  readonly #now: () => number;
  readonly #sink: ChunkSink;
  readonly #lines = new LineBytes();
  readonly #time = new SyslogTime();
  readonly #encoder = new TextEncoder();
  #timeSeconds = NaN;
  #isStopped = false;

  /** Holds nothing yet. */
  constructor(options: SyslogLinesOptions) {
    this.#path = options.path;
    this.#now = options.now;
    this.#sink = guardSink(options);
  }

  /** Takes one message, and hands lines over where it is of another second. */
  take(bytes: Uint8Array): void {
    this.messages++;
    const { stamp, head, from, to } = parseSyslogMessage(bytes);
    if (from === to) return;
    const time = this.#time.read(stamp, this.#now());
    const isFull = this.#lines.length > MAX_CHUNK_BYTES;
    if (time !== this.#timeSeconds || isFull) this.handOver();
    this.#timeSeconds = time;
    if (head !== "") this.#lines.put(this.#encoder.encode(head));
    this.#lines.putText(bytes.subarray(from, to));
    this.#lines.putNewline();
  }

  /** Hands over what was taken. */
  handOver(): void {
    const { bytes } = this.#lines;
    if (bytes.length === 0 || this.#isStopped) return;
    this.bytesRead += bytes.length;
    this.#lines.clear();
    this.#sink({
      source: this.#path,
      bytes,
      timeSeconds: this.#timeSeconds,
      isCatchUp: this.#timeSeconds < this.#now() - LATE_SECONDS,
    });
  }

  /** Hands nothing over from now on. */
  stop(): void {
    this.#isStopped = true;
  }
}
