/**
 * Which logs the jails' paths and file name patterns come to, now and as files and folders come and go.
 *
 * @module
 */

import { isGlob } from "../util/expand_glob.ts";
import type { Logger } from "../util/log.ts";
import { type LogFiles, type Neighbours, PatternLogs } from "./pattern_logs.ts";
import type { Position, SourceStatus } from "./types.ts";

/** Of a log that nothing reads. */
const IDLE = { bytesRead: 0, overlongLines: 0, rotations: 0 };

/** Between looks, at least. */
const LEAST_MS = 1_000;

/** Looks take half a percent of the time at most, however many folders there are. */
const LOOK_SHARE = 1 / 200;

/** A log that was renamed, and whose writers may still be at it, is let go when it was silent for so long. */
const SILENCE_MS = 600_000;

/** What names logs. */
export interface LogReader {
  /** Absolute; file name patterns among them. */
  readonly logPaths: readonly string[];
}

/** What paths are looked up with. */
export interface LogPathsOptions {
  readonly files: LogFiles;
  /** Told once of a pattern without a log. */
  readonly log: Logger;
  /** Where a log was read to. */
  readonly placesOf: (path: string) => readonly Position[];
  /** How a log is read, if something reads it. */
  readonly statusOf: (path: string) => SourceStatus | undefined;
  /** Milliseconds of a clock that is never set; default `performance.now`. */
  readonly now?: () => number;
}

/** A log that is not there any more, and was read to here at that time. */
interface Silence {
  readonly bytesRead: number;
  readonly sinceMs: number;
}

/** Paths and patterns with what they came to. */
export class LogPaths {
  readonly #options: LogPathsOptions;
  readonly #patterns = new Map<string, PatternLogs>();
  readonly #silences = new Map<string, Silence>();
  #readers: readonly LogReader[] = [];
  #dueMs = 0;

  /** Knows no pattern yet. */
  constructor(options: LogPathsOptions) {
    this.#options = options;
  }

  /** @returns whether logs came or went since the last look; mostly without a look, right after one */
  hasNews(): boolean {
    const before = this.#now();
    if (before < this.#dueMs) return false;
    const isNew = this.#refresh();
    const took = this.#now() - before;
    this.#dueMs = before + Math.max(LEAST_MS, took / LOOK_SHARE);
    return isNew;
  }

  /** @returns what the path came to when it was last looked up: itself, or what matched it */
  find(path: string): readonly string[] {
    return isGlob(path) ? this.#patterns.get(path)?.paths ?? [] : [path];
  }

  /** @returns whether the log came to a pattern that was looked up before: then all of it is new */
  isNew(path: string): boolean {
    const answers = [...this.#patterns.values()].map((logs) =>
      logs.isNew(path)
    );
    return answers.includes(true) && !answers.includes(false);
  }

  /** @returns the readers of each log, in their order; logs with the same readers have the same list of them */
  group<Reader extends LogReader>(
    readers: readonly Reader[],
  ): Map<string, readonly Reader[]> {
    this.#setReaders(readers);
    const groups = new Map<string, number[]>();
    for (const [index, { logPaths }] of readers.entries()) {
      const paths = logPaths.flatMap((path) => this.find(path));
      for (const path of new Set(paths)) {
        const group = groups.get(path);
        if (group === undefined) groups.set(path, [index]);
        else group.push(index);
      }
    }
    const lists = new Map<string, readonly Reader[]>();
    return new Map([...groups].map(([path, indexes]) => {
      const key = indexes.join();
      const list = lists.get(key) ??
        readers.filter((_, index) => indexes.includes(index));
      lists.set(key, list);
      return [path, list];
    }));
  }

  /** Describes the logs of paths and patterns. */
  describe(paths: readonly string[]): readonly SourceStatus[] {
    return paths.flatMap((pattern): readonly SourceStatus[] => {
      const found = this.find(pattern);
      if (found.length === 0) {
        const reason = "no file matches";
        return [{ path: pattern, state: "waiting", reason, ...IDLE }];
      }
      return found.map((path) =>
        this.#options.statusOf(path) ?? { path, state: "stopped", ...IDLE }
      );
    });
  }

  #now(): number {
    return (this.#options.now ?? (() => performance.now()))();
  }

  /** Patterns that nobody has any more are forgotten, new ones are looked up. */
  #setReaders(readers: readonly LogReader[]): void {
    this.#readers = readers;
    const wanted = new Set(
      readers.flatMap(({ logPaths }) => logPaths).filter(isGlob),
    );
    for (const pattern of this.#patterns.keys()) {
      if (!wanted.has(pattern)) this.#patterns.delete(pattern);
    }
    for (const pattern of wanted) {
      if (!this.#patterns.has(pattern)) this.#add(pattern);
    }
  }

  #add(pattern: string): void {
    const { files, log } = this.#options;
    const logs = new PatternLogs(pattern, files);
    this.#patterns.set(pattern, logs);
    logs.refresh(this.#neighboursOf(pattern));
    if (logs.paths.length > 0) return;
    log.info("Wait for log files", {
      path: pattern,
      reason: "no file matches",
    });
  }

  #refresh(): boolean {
    let isNew = false;
    for (const [pattern, logs] of this.#patterns) {
      if (logs.refresh(this.#neighboursOf(pattern))) isNew = true;
    }
    return isNew;
  }

  #neighboursOf(pattern: string): Neighbours {
    const find = (path: string) => this.find(path);
    const readers = this.#readers;
    return {
      get paths() {
        const related = readers.filter(({ logPaths }) =>
          logPaths.includes(pattern)
        );
        return new Set(
          related.flatMap(({ logPaths }) => logPaths.flatMap(find)),
        );
      },
      placesOf: this.#options.placesOf,
      isOver: (path) => this.#isOver(path),
    };
  }

  #isOver(path: string): boolean {
    const status = this.#options.statusOf(path);
    const bytesRead = status?.bytesRead ?? 0;
    const known = this.#silences.get(path);
    const nowMs = this.#now();
    const isSilent = known?.bytesRead === bytesRead &&
      nowMs - known.sinceMs >= SILENCE_MS;
    const isOver = isSilent ||
      status === undefined ||
      (status.state === "waiting" && status.holdsFile !== true);
    if (isOver) this.#silences.delete(path);
    else if (known?.bytesRead !== bytesRead) {
      this.#silences.set(path, { bytesRead, sinceMs: nowMs });
    }
    return isOver;
  }
}
