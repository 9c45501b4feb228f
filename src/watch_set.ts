/**
 * The logs and journals that are read now, each with the matcher of its jails.
 *
 * @module
 */

import { MACHINE_FILES } from "./config/read_text.ts";
import type { JailConfig } from "./config/types.ts";
import type { PatternUsage } from "./match/types.ts";
import { LogScan } from "./scan/log_scan.ts";
import type { FileScanner, Scan, ScanReport, ScanSink } from "./scan/types.ts";
import { isAfter } from "./source/cursor_order.ts";
import type { JournalWake } from "./source/journal_wake.ts";
import { groupByJournal, journalPath, Journals } from "./source/journals.ts";
import { LogPaths } from "./source/log_paths.ts";
import { groupByStream, streamPath, Streams } from "./source/streams.ts";
import type { Cursor, Source, SourceStatus } from "./source/types.ts";
import { isFifo } from "./util/is_fifo.ts";
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

/** Between looks for the first log of a pattern. */
const NEW_LOGS_MS = 5_000;

/** Follows the logs that jails name. */
export class WatchSet {
  readonly #options: WatchSetOptions;
  readonly #watches = new Map<string, Watch>();
  readonly #logPaths = new LogPaths(MACHINE_FILES);
  readonly #journals: Journals;
  readonly #streams: Streams;
  #retired: WatchTotals = { lines: 0, candidates: 0, bytes: 0 };
  #jails: readonly JailConfig[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The last change: one comes after the other. */
  #changing: Promise<void> = Promise.resolve();

  /** Reads nothing yet. */
  constructor(options: WatchSetOptions) {
    this.#options = options;
    this.#streams = new Streams(options);
    this.#journals = new Journals({
      log: options.log,
      wake: options.wake,
      onSettled: (paths, cursor) => this.#settle(paths, cursor),
    });
  }

  /** Starts, changes and ends watches so that they fit these jails; a log that stays is read on without a gap. */
  async set(jails: readonly JailConfig[]): Promise<void> {
    this.#timer ??= setInterval(() => {
      if (this.#logPaths.hasNews() || this.#hasOtherKinds()) {
        void this.#change();
      }
    }, NEW_LOGS_MS);
    const gone = this.#jails.filter((jail) =>
      readsJournal(jail) &&
      !jails.some(({ name, logBackend }) =>
        name === jail.name && logBackend === jail.logBackend
      )
    );
    this.#jails = jails;
    await this.#change(() => this.#logPaths.forget());
    for (const { name } of gone) this.#options.onJournalEnd(name);
  }

  /** Ends all; no line comes afterwards. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
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
    return this.#logPaths.describe(
      logPaths,
      (path) => this.#watches.get(path)?.scan.report().status,
    );
  }

  /** @returns what each pattern took so far, in each log that it is run on */
  describePatterns(): readonly PatternUsage[] {
    return [...this.#watches.values()].flatMap(({ scan }) =>
      scan.report().patterns
    );
  }

  /** @returns what was read so far */
  totals(): WatchTotals {
    const reports = [...this.#watches.values()].map(({ scan }) =>
      scan.report()
    );
    return reports.reduce(add, this.#retired);
  }

  #change(prepare?: () => void): Promise<void> {
    this.#changing = this.#changing.then(() => {
      prepare?.();
      return this.#fit();
    });
    return this.#changing;
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
    const scanner = await this.#options.scanner;
    scanner.assign([...files.keys()].filter((path) => !isFifo(path)));
    for (const [path, jails] of byPath) {
      const watch = this.#watches.get(path);
      if (watch === undefined) await this.#begin(path, { jails, scanner });
      else {
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
    else scan = scanner.open(path, jails);
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
    return new LogScan({ source, jails, sink: { ...sink, onPassed }, now });
  }

  #hasOtherKinds(): boolean {
    return [...this.#watches].some(([path, watch]) =>
      isOfOtherKind(path, watch)
    );
  }

  #openJournal(user: JailConfig, jails: readonly JailConfig[]): Scan {
    const { sink, now, cursorOf } = this.#options;
    const source = this.#journals.createSource(user, {
      resumeAfter: latest(jails.map(({ name }) => cursorOf(name))),
      recentSeconds: Math.max(...jails.map((jail) => jail.findTimeSeconds)),
      beginSeconds: now(),
    });
    return new LogScan({ source, jails, sink, now });
  }

  #settle(paths: readonly string[], cursor: Cursor): void {
    const jails = paths.flatMap((path) => this.#watches.get(path)?.jails ?? []);
    this.#options.onSettled(jails.map(({ name }) => name), cursor);
  }

  async #end(path: string, { scan, jails, isStream }: Watch): Promise<void> {
    await scan.stop();
    this.#watches.delete(path);
    this.#retired = add(this.#retired, scan.report());
    if (!isStream && !jails.some(readsJournal)) this.#options.onEnd(path);
  }
}

function add(totals: WatchTotals, report: ScanReport): WatchTotals {
  return {
    lines: totals.lines + report.lines,
    candidates: totals.candidates + report.candidates,
    bytes: totals.bytes + report.status.bytesRead,
  };
}

/** Whether a file became a named pipe, or the other way round. */
function isOfOtherKind(path: string, { jails, isStream }: Watch): boolean {
  if (!jails.some(({ logPaths }) => logPaths.length > 0)) return false;
  return isFifo(path) === !isStream;
}

function readsJournal({ logBackend }: JailConfig): boolean {
  return logBackend === "systemd";
}

/** Jails that begin to read what others read already begin where those are. */
function latest(cursors: readonly (Cursor | undefined)[]): Cursor | undefined {
  return cursors.reduce((one, other) => {
    if (one === undefined || other === undefined) return one ?? other;
    return isAfter(other.cursor, one.cursor) ? other : one;
  }, undefined);
}
