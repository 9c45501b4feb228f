/**
 * What a scanning thread found, on its way to the main thread: in batches, and never more of them than main can keep up with.
 *
 * A passage is never divided, since its place and all that its lines led to have to be handled, and stored, at once.
 *
 * @module
 */

import type { ClockReport } from "../match/clock_watch.ts";
import type { NameReport } from "../observe/name_reports.ts";
import type { Failure } from "../match/types.ts";
import type { Position } from "../source/types.ts";
import type { LogFields, Logger, LogLevel } from "../util/log.ts";
import { FailureRowWriter } from "./failure_rows.ts";
import type { LinesEvent, ScanEvent } from "./messages.ts";
import type { Passage, ScanSink } from "./types.ts";

/** Batches that may be on their way. Each may hold all failures of a block of 256 KB. */
const MOST_UNHANDLED = 4;

/** Failures in a batch, after which it is sent at the end of the passage: some milliseconds of work for main. */
const FULL_BATCH = 1024;

/** Where batches go. */
export interface OutboxOptions {
  readonly post: (events: readonly ScanEvent[]) => void;
  /** One number: batches that main has handled. */
  readonly handled: Int32Array;
  /** Whether someone looks at the lines of a jail's failures. */
  readonly takesText: (jail: string) => boolean;
}

/** The sink of all scans of a Worker, and its logger. */
export class Outbox implements ScanSink {
  readonly log: Logger;
  readonly #options: OutboxOptions;
  readonly #questions = new Map<
    number,
    (addresses: readonly string[]) => void
  >();
  readonly #rows = new FailureRowWriter();
  readonly #lateRows = new FailureRowWriter();
  #events: ScanEvent[] = [];
  #failures = 0;
  #passage: Passage | undefined;
  #isSendPlanned = false;
  #posted = 0;
  #lastQuestion = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.log = {
      error: (message, fields = {}) => this.#say("error", { message, fields }),
      warn: (message, fields = {}) => this.#say("warn", { message, fields }),
      info: (message, fields = {}) => this.#say("info", { message, fields }),
      debug: (message, fields = {}) => this.#say("debug", { message, fields }),
    };
  }

  onBegin(path: string, position: Position): void {
    this.add({ kind: "begun", path, position });
  }

  onFailure(failure: Failure, passage: Passage): void {
    if (this.#passage !== passage) this.#leaveHalf();
    this.#passage = passage;
    this.#rows.push(failure, this.#takesText(failure));
  }

  onPassed(passage: Passage): void {
    if (this.#passage !== passage) this.#leaveHalf();
    this.#addLines(passage, passage.position);
    if (this.#failures >= FULL_BATCH) this.#send();
  }

  onLateFailure(failure: Failure): void {
    this.#lateRows.push(failure, this.#takesText(failure));
    this.add({ kind: "late", failures: this.#lateRows.take() });
  }

  onResolved(report: NameReport): void {
    this.add({ kind: "resolved", report });
  }

  onUnbannable(jail: string, id: string): void {
    this.add({ kind: "unbannable", jail, id });
  }

  onClock(report: ClockReport): void {
    this.add({ kind: "clock", report });
  }

  readonly resolve = (name: string): Promise<readonly string[]> => {
    const id = ++this.#lastQuestion;
    this.add({ kind: "ask", id, name });
    return new Promise((resolve) => this.#questions.set(id, resolve));
  };

  /** Main knows the addresses that were asked for. */
  answer(id: number, addresses: readonly string[]): void {
    this.#questions.get(id)?.(addresses);
    this.#questions.delete(id);
  }

  /** What has no place in a file cannot be read there again. */
  #takesText({ jail, offset = -1 }: Failure): boolean {
    return offset < 0 || this.#options.takesText(jail);
  }

  /** Sends an event with the next batch, at the end of what runs now. */
  add(event: ScanEvent): void {
    this.#events.push(event);
    if (this.#isSendPlanned) return;
    this.#isSendPlanned = true;
    queueMicrotask(() => this.#send());
  }

  /** What was found before reading failed counts all the same, as it does in one thread. */
  #leaveHalf(): void {
    if (this.#passage !== undefined) this.#addLines(this.#passage, undefined);
  }

  #addLines(
    { source: path, isResumed }: Passage,
    position: Position | undefined,
  ): void {
    this.#passage = undefined;
    const { count } = this.#rows;
    if (count === 0 && this.#moveLast(path, isResumed, position)) return;
    this.#failures += count;
    const failures = count === 0 ? undefined : this.#rows.take();
    this.add({ kind: "lines", path, isResumed, position, failures });
  }

  /** Lines without failures need no event of their own behind others of their log. */
  #moveLast(
    path: string,
    isResumed: boolean,
    position: Position | undefined,
  ): boolean {
    const last = this.#events.at(-1);
    if (last?.kind !== "lines") return false;
    if (last.path !== path || last.isResumed !== isResumed) return false;
    const moved: LinesEvent = { ...last, position };
    this.#events[this.#events.length - 1] = moved;
    return true;
  }

  #send(): void {
    this.#isSendPlanned = false;
    if (this.#events.length === 0) return;
    this.#options.post(this.#events);
    this.#posted++;
    this.#events = [];
    this.#failures = 0;
    this.#waitForMain();
  }

  /** The thread sleeps: it has nothing to do but to read more. */
  #waitForMain(): void {
    const { handled } = this.#options;
    for (;;) {
      const count = Atomics.load(handled, 0);
      if (this.#posted - count < MOST_UNHANDLED) return;
      Atomics.wait(handled, 0, count);
    }
  }

  #say(
    level: LogLevel,
    said: { readonly message: string; readonly fields: LogFields },
  ): void {
    this.add({ kind: "log", level, ...said });
  }
}
