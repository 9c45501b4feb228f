/**
 * The logs and journals that are read now, each with the matcher of its jails.
 *
 * @module
 */

import { countsSince } from "./config/log_start.ts";
import type { JailConfig } from "./config/types.ts";
import { sumUsages } from "./match/sum_usages.ts";
import type { PatternUsage } from "./match/types.ts";
import { LogScan } from "./scan/log_scan.ts";
import { MatcherPool } from "./scan/matcher_pool.ts";
import type { FileScanner, Scan, ScanReport, ScanSink } from "./scan/types.ts";
import { isAfter } from "./source/cursor_order.ts";
import type { JournalWake } from "./source/journal_wake.ts";
import { groupByJournal, journalPath, Journals } from "./source/journals.ts";
import { MACHINE_LOG_FILES } from "./source/log_files.ts";
import { LogPaths } from "./source/log_paths.ts";
import { groupByStream, streamPath, Streams } from "./source/streams.ts";
import type { Cursor, Position, Source, SourceStatus } from "./source/types.ts";
import { isFifo } from "./util/is_fifo.ts";
import { isSameList } from "./util/is_same_list.ts";
import type { Libc } from "./util/libc.ts";
import type { Logger } from "./util/log.ts";

/** What a watch set works with. */
export interface WatchSetOptions {
  readonly log: Logger;
  readonly libc: Libc;
  /** Receives what is found in all of them. */
  readonly sink: ScanSink;
  /** Scans the files, for the same sink. */
  readonly scanner: Promise<FileScanner>;
  /** Where a log was read to. */
  readonly positionsOf: (path: string) => readonly Position[];
  /** Told of a log that is not read any more. */
  readonly onEnd: (path: string) => void;
  /** Where an earlier run, or this one before a reload, read the journal to for a jail. */
  readonly cursorOf: (jail: string) => Cursor | undefined;
  /** Told that these jails got all entries of the journal up to there. */
  readonly onSettled: (jails: readonly string[], cursor: Cursor) => void;
  /** Told that lines of a stream, which stand in no file, were handled. */
  readonly onStreamed: () => void;
  /** Told of a jail that does not read the journal any more. */
  readonly onJournalEnd: (jail: string) => void;
  readonly wake: JournalWake;
  /** The wall clock in seconds. */
  readonly now: () => number;
}

/** Counts over all logs, those that are not read any more included. */
export interface WatchTotals {
  readonly lines: number;
  readonly candidates: number;
  readonly bytes: number;
}

/** One log with the jails that read it. */
interface Watch {
  readonly scan: Scan;
  /** Whether its lines stand in no file. */
  readonly isStream: boolean;
  jails: readonly JailConfig[];
}

/** Between looks for logs that came or went. */
const NEWS_MS = 1_000;

/** Between looks whether a file became a named pipe, or the other way round. */
const KINDS_MS = 5_000;

/** Follows the logs that jails name. */
export class WatchSet {
  readonly #options: WatchSetOptions;
  readonly #watches = new Map<string, Watch>();
  readonly #logPaths: LogPaths;
  /** Of journals and streams. */
  readonly #matchers: MatcherPool;
  #scanner: FileScanner | undefined;
  readonly #journals: Journals;
  readonly #streams: Streams;
  #retired: WatchTotals = { lines: 0, candidates: 0, bytes: 0 };
  #jails: readonly JailConfig[] = [];
  #timers: readonly ReturnType<typeof setInterval>[] = [];
  /** The last change: one comes after the other. */
  #changing: Promise<void> = Promise.resolve();

  /** Reads nothing yet. */
  constructor(options: WatchSetOptions) {
    this.#options = options;
    this.#matchers = new MatcherPool(options);
    this.#logPaths = new LogPaths({
      files: MACHINE_LOG_FILES,
      log: options.log,
      placesOf: options.positionsOf,
      statusOf: (path) => this.#watches.get(path)?.scan.report().status,
    });
    this.#streams = new Streams(options);
    this.#journals = new Journals({
      log: options.log,
      wake: options.wake,
      onSettled: (paths, cursor) => this.#settle(paths, cursor),
    });
  }

  /** Starts, changes and ends watches so that they fit these jails; a log that stays is read on without a gap. */
  async set(jails: readonly JailConfig[]): Promise<void> {
    this.#lookAgain();
    const gone = this.#jails.filter((jail) =>
      readsJournal(jail) &&
      !jails.some(({ name, logBackend }) =>
        name === jail.name && logBackend === jail.logBackend
      )
    );
    this.#jails = jails;
    await this.#change();
    for (const { name } of gone) this.#options.onJournalEnd(name);
  }

  /** Ends all; no line comes afterwards. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#changing;
    await Promise.all(
      [...this.#watches.values()].map(({ scan }) => scan.stop()),
    );
  }

  /** @returns the logs of a jail, and how they are read */
  describe(jail: JailConfig): readonly SourceStatus[] {
    const { logPaths, stream } = jail;
    if (readsJournal(jail) || stream !== undefined) {
      const path = stream ? streamPath(stream) : journalPath(jail);
      const watch = this.#watches.get(path);
      return watch === undefined ? [] : [watch.scan.report().status];
    }
    return this.#logPaths.describe(logPaths);
  }

  /** @returns what each pattern took so far, in all logs and threads */
  describePatterns(): readonly PatternUsage[] {
    const ofFiles = this.#scanner?.describePatterns() ?? [];
    return sumUsages([...ofFiles, ...this.#matchers.describePatterns()]);
  }

  /** @returns what was read so far */
  totals(): WatchTotals {
    const reports = [...this.#watches.values()].map(({ scan }) =>
      scan.report()
    );
    return reports.reduce(add, this.#retired);
  }

  /** Logs come and go, and change their kind, without a word. */
  #lookAgain(): void {
    if (this.#timers.length > 0) return;
    const look = (isDue: () => boolean, periodMs: number) =>
      setInterval(() => {
        if (isDue()) void this.#change();
      }, periodMs);
    this.#timers = [
      look(() => this.#logPaths.hasNews(), NEWS_MS),
      look(() => this.#hasOtherKinds(), KINDS_MS),
    ];
  }

  #change(): Promise<void> {
    return this.#changing = this.#changing.then(() => this.#fit());
  }

  async #fit(): Promise<void> {
    const files = this.#logPaths.group(this.#jails);
    const byPath = new Map([
      ...files,
      ...groupByJournal(this.#jails),
      ...groupByStream(this.#jails),
    ]);
    for (const [path, watch] of this.#watches) {
      if (!byPath.has(path) || isOfOtherKind(path, watch)) {
        await this.#end(path, watch);
      }
    }
    const scanner = this.#scanner ??= await this.#options.scanner;
    scanner.assign([...files.keys()].filter((path) => !isFifo(path)));
    for (const [path, jails] of byPath) {
      const watch = this.#watches.get(path);
      if (watch === undefined) await this.#begin(path, { jails, scanner });
      else if (!isSameList(watch.jails, jails)) {
        watch.scan.setJails(jails);
        watch.jails = jails;
      }
    }
  }

  async #begin(
    path: string,
    { jails, scanner }: {
      readonly jails: readonly JailConfig[];
      readonly scanner: FileScanner;
    },
  ): Promise<void> {
    const user = jails.find(readsJournal);
    const stream = user === undefined
      ? this.#createStream(path, jails)
      : undefined;
    let scan: Scan;
    if (user !== undefined) scan = this.#openJournal(user, jails);
    else if (stream !== undefined) scan = this.#openStream(stream, jails);
    else {
      const isNew = this.#logPaths.isNew(path);
      scan = scanner.open(path, { jails, isNew });
    }
    this.#watches.set(path, { scan, jails, isStream: stream !== undefined });
    await scan.start();
  }

  /** @returns undefined where the path is that of a file, or of nothing yet */
  #createStream(
    path: string,
    [jail]: readonly JailConfig[],
  ): Source | undefined {
    const streams = this.#streams;
    if (jail?.stream !== undefined) return streams.createSource(jail.stream);
    return isFifo(path) ? streams.createPipeSource(path) : undefined;
  }

  #openStream(source: Source, jails: readonly JailConfig[]): Scan {
    const { sink, now, onStreamed } = this.#options;
    const onPassed: ScanSink["onPassed"] = (passage) => {
      sink.onPassed(passage);
      onStreamed();
    };
    const matchers = this.#matchers;
    return new LogScan({
      source,
      jails,
      matchers,
      sink: { ...sink, onPassed },
      now,
    });
  }

  #hasOtherKinds(): boolean {
    return [...this.#watches].some(([path, watch]) =>
      (watch.isStream || !isWatching(watch)) && isOfOtherKind(path, watch)
    );
  }

  #openJournal(user: JailConfig, jails: readonly JailConfig[]): Scan {
    const { sink, now, cursorOf } = this.#options;
    const beginSeconds = now();
    const source = this.#journals.createSource(user, {
      resumeAfter: latest(jails.map(({ name }) => cursorOf(name))),
      recentSeconds: recentSeconds(jails, beginSeconds),
      beginSeconds,
    });
    const matchers = this.#matchers;
    return new LogScan({ source, jails, matchers, sink, now });
  }

  #settle(paths: readonly string[], cursor: Cursor): void {
    const jails = paths.flatMap((path) => this.#watches.get(path)?.jails ?? []);
    this.#options.onSettled(jails.map(({ name }) => name), cursor);
  }

  async #end(path: string, { scan, jails, isStream }: Watch): Promise<void> {
    await scan.stop();
    this.#watches.delete(path);
    this.#retired = add(this.#retired, scan.report());
    if (isStream || jails.some(readsJournal)) return;
    this.#options.log.info("Let log file go", { path });
    this.#options.onEnd(path);
  }
}

function add(totals: WatchTotals, report: ScanReport): WatchTotals {
  return {
    lines: totals.lines + report.lines,
    candidates: totals.candidates + report.candidates,
    bytes: totals.bytes + report.status.bytesRead,
  };
}

/** A file that became a pipe is watched no more. */
function isWatching({ scan }: Watch): boolean {
  return scan.report().status.state === "watching";
}

/** Whether a file became a named pipe, or the other way round. */
function isOfOtherKind(path: string, { jails, isStream }: Watch): boolean {
  if (!jails.some(({ logPaths }) => logPaths.length > 0)) return false;
  return isFifo(path) === !isStream;
}

function readsJournal({ logBackend }: JailConfig): boolean {
  return logBackend === "systemd";
}

/** How far the jail looks back that looks the furthest. */
function recentSeconds(
  jails: readonly JailConfig[],
  beginSeconds: number,
): number {
  const since = Math.min(
    ...jails.map((jail) => countsSince(jail, beginSeconds)),
  );
  return Math.min(beginSeconds, Math.max(0, beginSeconds - since));
}

/** Jails that begin to read what others read already begin where those are. */
function latest(cursors: readonly (Cursor | undefined)[]): Cursor | undefined {
  return cursors.reduce((one, other) => {
    if (one === undefined || other === undefined) return one ?? other;
    return isAfter(other.cursor, one.cursor) ? other : one;
  }, undefined);
}
