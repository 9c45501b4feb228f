/**
 * One log with its matcher: chunks in, failures and places out.
 *
 * @module
 */

import { createMatcher } from "../match/matcher.ts";
import { matchingKey } from "../match/matching_key.ts";
import { withSuccesses } from "../match/success_jail.ts";
import type { Matcher } from "../match/types.ts";
import type { Chunk, Source } from "../source/types.ts";
import type { Passage, Scan, ScanJail, ScanReport, ScanSink } from "./types.ts";

/** What a scan works with. */
export interface LogScanOptions {
  readonly source: Source;
  readonly jails: readonly ScanJail[];
  readonly sink: ScanSink;
  /** The wall clock in seconds. */
  readonly now: () => number;
}

/** Reads a source and matches its lines. */
export class LogScan implements Scan {
  readonly #options: LogScanOptions;
  #matcher: Matcher;
  /** Whether lines are to be JSON, so that it is of interest how many are not. */
  #hasJson: boolean;
  /** The jails' matching parts as text: unchanged means that the matcher stays. */
  #key: string;
  /** Of matchers before this one. */
  readonly #retired = { lines: 0, candidates: 0 };

  /** Reads nothing yet. */
  constructor(options: LogScanOptions) {
    this.#options = options;
    this.#matcher = this.#createMatcher(options.jails);
    this.#hasJson = options.jails.some(readsJson);
    this.#key = keyOf(options.jails);
  }

  start(): Promise<void> {
    return this.#options.source.start((chunk) => this.#take(chunk));
  }

  setJails(jails: readonly ScanJail[]): void {
    const key = keyOf(jails);
    if (key === this.#key) return;
    const { lines, candidates } = this.#matcher.counts;
    this.#retired.lines += lines;
    this.#retired.candidates += candidates;
    this.#matcher = this.#createMatcher(jails);
    this.#hasJson = jails.some(readsJson);
    this.#key = key;
  }

  stop(): Promise<void> {
    return this.#options.source.stop();
  }

  report(): ScanReport {
    const { lines, candidates, notJson } = this.#matcher.counts;
    const status = this.#options.source.describe();
    return {
      status: this.#hasJson ? { ...status, notJson } : status,
      lines: this.#retired.lines + lines,
      candidates: this.#retired.candidates + candidates,
      patterns: this.#matcher.describePatterns(),
    };
  }

  #take(chunk: Chunk): void {
    const { sink, now } = this.#options;
    const passage: Passage = {
      source: chunk.source,
      position: chunk.position,
      isResumed: chunk.isResumed === true,
      nowSeconds: now(),
    };
    this.#matcher.match(
      chunk,
      passage.nowSeconds,
      (failure) => sink.onFailure(failure, passage),
    );
    sink.onPassed(passage);
  }

  #createMatcher(jails: readonly ScanJail[]): Matcher {
    const { sink } = this.#options;
    return createMatcher(withSuccesses(jails), {
      names: {
        resolve: sink.resolve,
        emit: (failure) => sink.onLateFailure(failure),
        onResolved: (report) => sink.onResolved(report),
      },
      onUnbannable: (jail, id) => sink.onUnbannable(jail, id),
      onClock: (report) => sink.onClock(report),
    });
  }
}

function readsJson({ json }: ScanJail): boolean {
  return json !== undefined;
}

function keyOf(jails: readonly ScanJail[]): string {
  return matchingKey(withSuccesses(jails));
}
