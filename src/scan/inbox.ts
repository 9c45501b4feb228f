/**
 * What scanning threads found, handled in the main thread as if it had been found here.
 *
 * @module
 */

import type { ScannerOptions } from "./local_scanner.ts";
import { forEachFailure } from "./failure_rows.ts";
import type { PatternUsage } from "../match/types.ts";
import type { LinesEvent, ScanCommand, ScanEvent } from "./messages.ts";
import type { RemoteScan } from "./remote_scan.ts";
import type { Passage } from "./types.ts";

/** Where events go. */
export interface InboxOptions
  extends Pick<ScannerOptions, "log" | "sink" | "now"> {
  /** The thread's scan of a log, if it has one. */
  readonly scanOf: (path: string) => RemoteScan | undefined;
  /** Told what patterns took so far. */
  readonly onPatterns: (patterns: readonly PatternUsage[]) => void;
  /** Told of a scan that has ended. */
  readonly onClosed: (scan: RemoteScan) => void;
}

/** Handles the events of one thread. */
export class Inbox {
  readonly #options: InboxOptions;
  #isErrorSaid = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /**
   * Handles a batch in its order.
   *
   * @param answer reaches the Worker that sent it
   */
  take(
    events: readonly ScanEvent[],
    answer: (command: ScanCommand) => void,
  ): void {
    for (const event of events) {
      try {
        this.#handle(event, answer);
      } catch (error) {
        this.#sayError(error);
      }
    }
  }

  #handle(event: ScanEvent, answer: (command: ScanCommand) => void): void {
    const { log, sink } = this.#options;
    switch (event.kind) {
      case "late":
        return forEachFailure(
          event.failures,
          (failure) => sink.onLateFailure(failure),
        );
      case "ask":
        return void sink.resolve(event.name).then((addresses) =>
          answer({ kind: "addresses", id: event.id, addresses })
        );
      case "resolved":
        return sink.onResolved(event.report);
      case "unbannable":
        return sink.onUnbannable(event.jail, event.id);
      case "clock":
        return sink.onClock(event.report);
      case "patterns":
        return this.#options.onPatterns(event.patterns);
      case "log":
        return log[event.level](event.message, event.fields);
      default: {
        const scan = this.#options.scanOf(event.path);
        if (scan !== undefined) this.#handleScan(event, scan);
      }
    }
  }

  #handleScan(
    event: Extract<ScanEvent, { readonly path: string }>,
    scan: RemoteScan,
  ): void {
    switch (event.kind) {
      case "lines":
        return this.#takeLines(event);
      case "begun":
        return this.#options.sink.onBegin(event.path, event.position);
      case "opened":
        return scan.noteOpened();
      case "report":
        return scan.noteReport(event.report);
      case "closed":
        return this.#options.onClosed(scan);
    }
  }

  #takeLines({ path, position, isResumed, failures }: LinesEvent): void {
    const { sink, now } = this.#options;
    const passage: Passage = {
      source: path,
      position,
      isResumed,
      nowSeconds: now(),
    };
    if (failures !== undefined) {
      forEachFailure(failures, (failure) => sink.onFailure(failure, passage));
    }
    sink.onPassed(passage);
  }

  /** Once: whoever writes a log may be able to bring it about again and again. */
  #sayError(error: unknown): void {
    if (this.#isErrorSaid) return;
    this.#isErrorSaid = true;
    this.#options.log.error("Cannot handle what a scanning thread found", {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
