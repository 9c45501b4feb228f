/**
 * One log with its matcher: chunks in, failures and places out.
 *
 * @module
 */

import type { Chunk, Source } from "../source/types.ts";
import { createTranscoder, type Transcoder } from "../util/transcoder.ts";
import type { MatcherPool, SharedMatcher } from "./matcher_pool.ts";
import type { Passage, Scan, ScanJail, ScanReport, ScanSink } from "./types.ts";

/** What a scan works with. */
export interface LogScanOptions {
  readonly source: Source;
  readonly jails: readonly ScanJail[];
  /** Whether the log came while it was waited for: all of it is new. Default false. */
  readonly isNew?: boolean;
  readonly matchers: MatcherPool;
  readonly sink: Pick<ScanSink, "onFailure" | "onPassed">;
  /** The wall clock in seconds. */
  readonly now: () => number;
}

/** Reads a source and matches its lines. */
export class LogScan implements Scan {
  readonly #options: Omit<LogScanOptions, "jails">;
  #shared: SharedMatcher;
  /** Absent where lines are UTF-8 as they are. */
  #transcoder: Transcoder | undefined;
  /** Of this log; the matcher's own counts are of all its logs. */
  readonly #counts = { lines: 0, candidates: 0, notJson: 0 };

  /** Reads nothing yet. */
  constructor({ jails, ...options }: LogScanOptions) {
    this.#options = options;
    this.#shared = options.matchers.take(jails);
    this.#transcoder = createTranscoder(jails);
  }

  start(): Promise<void> {
    return this.#options.source.start((chunk) => this.#take(chunk));
  }

  setJails(jails: readonly ScanJail[]): void {
    const { matchers } = this.#options;
    const before = this.#shared;
    // Taken before the old one is given back, which may be the same.
    this.#shared = matchers.take(jails);
    matchers.giveBack(before);
    this.#transcoder = createTranscoder(jails);
  }

  async stop(): Promise<void> {
    await this.#options.source.stop();
    this.#options.matchers.giveBack(this.#shared);
  }

  report(): ScanReport {
    const { lines, candidates, notJson } = this.#counts;
    const status = this.#options.source.describe();
    const hasJson = this.#shared.jails.some(readsJson);
    return {
      status: hasJson ? { ...status, notJson } : status,
      lines,
      candidates,
    };
  }

  #take(chunk: Chunk): void {
    const { sink, now } = this.#options;
    const isFirstSight = this.#isFirstSight(chunk);
    const passage: Passage = {
      source: chunk.source,
      position: chunk.position,
      isResumed: chunk.isResumed === true || isFirstSight,
      nowSeconds: now(),
    };
    const bytes = this.#transcoder?.toUtf8(chunk.bytes) ?? chunk.bytes;
    const isRecoded = bytes !== chunk.bytes || chunk.isRecoded === true;
    this.#match({ ...chunk, bytes, isFirstSight, isRecoded }, passage);
    sink.onPassed(passage);
  }

  /** Only where some jail says from when on such lines count: else they are recent, and nothing more has to be known. */
  #isFirstSight({ isCatchUp, isResumed }: Chunk): boolean {
    if (!isCatchUp || isResumed || this.#options.isNew) return false;
    return this.#shared.jails.some(({ start }) => start !== undefined);
  }

  #match(chunk: Chunk, passage: Passage): void {
    const { sink } = this.#options;
    const { matcher } = this.#shared;
    const { lines, candidates, notJson } = matcher.counts;
    matcher.enter(this);
    try {
      matcher.match(
        chunk,
        passage.nowSeconds,
        (failure) => sink.onFailure(failure, passage),
      );
    } finally {
      this.#counts.lines += matcher.counts.lines - lines;
      this.#counts.candidates += matcher.counts.candidates - candidates;
      this.#counts.notJson += matcher.counts.notJson - notJson;
    }
  }
}

function readsJson({ json }: ScanJail): boolean {
  return json !== undefined;
}
