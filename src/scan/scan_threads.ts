/**
 * Spreads logs over scanning threads. A log stays in one thread as long as it is scanned, so that its lines keep their order.
 *
 * @module
 */

import type { PatternUsage } from "../match/types.ts";
import { ScanThread, type ScanThreadOptions } from "./scan_thread.ts";
import type { FileScanner, OpenOptions, Scan } from "./types.ts";

/** What threads work with, and how many there are. */
export interface ScanThreadsOptions extends ScanThreadOptions {
  /** From 1. */
  readonly count: number;
}

/** Scans log files in threads of their own. */
export class ScanThreads implements FileScanner {
  readonly #threads: readonly ScanThread[];
  readonly #placeOf = new Map<string, number>();

  /** Starts none yet. */
  constructor(options: ScanThreadsOptions) {
    this.#threads = Array.from(
      { length: options.count },
      () => new ScanThread(options),
    );
  }

  assign(paths: readonly string[]): void {
    const assigned = new Set(paths);
    for (const path of this.#placeOf.keys()) {
      if (!assigned.has(path)) this.#placeOf.delete(path);
    }
    for (const path of paths) {
      if (!this.#placeOf.has(path)) this.#placeOf.set(path, this.#findIdlest());
    }
    for (const [place, thread] of this.#threads.entries()) {
      thread.prepare(this.#pathsAt(place));
    }
  }

  open(path: string, options: OpenOptions): Scan {
    const thread = this.#threads[this.#placeOf.get(path) ?? 0];
    if (thread === undefined) {
      throw new RangeError(
        `Cannot scan "${path}": there is no thread, expected one`,
      );
    }
    return thread.open(path, options);
  }

  describePatterns(): readonly PatternUsage[] {
    return this.#threads.flatMap((thread) => thread.describePatterns());
  }

  /** The one with the fewest logs: how busy each will be is not known yet. */
  #findIdlest(): number {
    const loads = this.#threads.map(() => 0);
    for (const place of this.#placeOf.values()) {
      loads[place] = (loads[place] ?? 0) + 1;
    }
    return loads.indexOf(Math.min(...loads));
  }

  #pathsAt(place: number): readonly string[] {
    return [...this.#placeOf].filter(([, at]) => at === place)
      .map(([path]) => path);
  }
}
