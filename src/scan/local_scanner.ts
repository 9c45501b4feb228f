/**
 * Scans log files in the thread that it is made in.
 *
 * @module
 */

import type { PatternUsage } from "../match/types.ts";
import {
  createFolderWatches,
  type FolderWatches,
} from "../source/folder_watch.ts";
import type { StartPosition } from "../source/start_position.ts";
import { createTail } from "../source/tail.ts";
import type { Position } from "../source/types.ts";
import type { Logger } from "../util/log.ts";
import { LogScan } from "./log_scan.ts";
import { MatcherPool, type SharedMatcher } from "./matcher_pool.ts";
import type { FileScanner, OpenOptions, Scan, ScanSink } from "./types.ts";

/** What a scanner works with. */
export interface ScannerOptions {
  readonly log: Logger;
  readonly sink: ScanSink;
  /** Where a log was read to. */
  readonly positionsOf: (path: string) => readonly Position[];
  /** The wall clock in seconds. */
  readonly now: () => number;
}

/** Tails files and matches their lines, all in one thread. */
export class LocalScanner implements FileScanner {
  readonly #options: ScannerOptions;
  readonly #folders: FolderWatches;
  readonly #matchers: MatcherPool;

  /** Reads nothing yet. */
  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#folders = createFolderWatches({ log: options.log });
    this.#matchers = new MatcherPool(options);
  }

  assign(): void {
    // There is one thread.
  }

  open(path: string, { jails, isNew }: OpenOptions): Scan {
    const { log, sink, positionsOf, now } = this.#options;
    const matchers = this.#matchers;
    const shared = matchers.take(jails);
    const source = createTail({
      path,
      log,
      watches: this.#folders,
      start: isNew ? "beginning" : startFor(shared),
      resumeAt: positionsOf(path),
      onBegin: (position) => sink.onBegin(path, position),
    });
    const scan = new LogScan({ source, jails, isNew, matchers, sink, now });
    matchers.giveBack(shared);
    return scan;
  }

  describePatterns(): readonly PatternUsage[] {
    return this.#matchers.describePatterns();
  }
}

/** The jail that looks back the furthest decides for all that read the log. */
function startFor({ jails, isRecent }: SharedMatcher): StartPosition {
  const starts = jails.map(({ start }) => start);
  if (starts.includes("beginning")) return "beginning";
  return starts.every((start) => start === "end")
    ? "end"
    : { recent: isRecent };
}
