/**
 * The logs and journals that are read now, each with the matcher of its jails.
 *
 * @module
 */

import { MACHINE_FILES } from "./config/read_text.ts";
import type { JailConfig } from "./config/types.ts";
import { matchingKey } from "./match/matching_key.ts";
import { createRecency } from "./match/recency.ts";
import type { Matcher, PatternUsage } from "./match/types.ts";
import {
  createFolderWatches,
  type FolderWatches,
} from "./source/folder_watch.ts";
import { isAfter } from "./source/cursor_order.ts";
import type { JournalWake } from "./source/journal_wake.ts";
import { groupByJournal, journalPath, Journals } from "./source/journals.ts";
import { LogPaths } from "./source/log_paths.ts";
import { createTail } from "./source/tail.ts";
import type {
  Chunk,
  Cursor,
  Position,
  Source,
  SourceStatus,
} from "./source/types.ts";
import type { Logger } from "./util/log.ts";

/** What a watch set works with. */
export interface WatchSetOptions {
  readonly log: Logger;
  readonly createMatcher: (jails: readonly JailConfig[]) => Matcher;
  /** Receives the lines of all logs, each with the matcher of its jails. */
  readonly onChunk: (matcher: Matcher, chunk: Chunk) => void;
  /** Where an earlier run read a log to. */
  readonly positionsOf: (path: string) => readonly Position[];
  /** Told of each file of a log that is begun, and where. */
  readonly onBegin: (path: string, position: Position) => void;
  /** Told of a log that is not read any more. */
  readonly onEnd: (path: string) => void;
  /** Where an earlier run, or this one before a reload, read the journal to for a jail. */
  readonly cursorOf: (jail: string) => Cursor | undefined;
  /** Told that these jails got all entries of the journal up to there. */
  readonly onSettled: (jails: readonly string[], cursor: Cursor) => void;
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
  readonly source: Source;
  jails: readonly JailConfig[];
  matcher: Matcher;
  /** The jails' matching parts as text: unchanged means that the matcher stays. */
  key: string;
}

/** Between looks for the first log of a pattern. */
const NEW_LOGS_MS = 5_000;

/** Follows the logs that jails name. */
export class WatchSet {
  readonly #options: WatchSetOptions;
  readonly #watches = new Map<string, Watch>();
  readonly #folders: FolderWatches;
  readonly #logPaths = new LogPaths(MACHINE_FILES);
  readonly #journals: Journals;
  readonly #retired = { lines: 0, candidates: 0, bytes: 0 };
  #jails: readonly JailConfig[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The last change: one comes after the other. */
  #changing: Promise<void> = Promise.resolve();

  /** Reads nothing yet. */
  constructor(options: WatchSetOptions) {
    this.#options = options;
    this.#folders = createFolderWatches({ log: options.log });
    this.#journals = new Journals({
      log: options.log,
      wake: options.wake,
      onSettled: (paths, cursor) => this.#settle(paths, cursor),
    });
  }

  /** Starts, changes and ends watches so that they fit these jails; a log that stays is read on without a gap. */
  async set(jails: readonly JailConfig[]): Promise<void> {
    this.#timer ??= setInterval(() => {
      if (this.#logPaths.hasNews()) void this.#change();
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
      [...this.#watches.values()].map(({ source }) => source.stop()),
    );
  }

  /** @returns the logs of a jail, and how they are read */
  describe(jail: JailConfig): readonly SourceStatus[] {
    const { logPaths } = jail;
    if (readsJournal(jail)) {
      const watch = this.#watches.get(journalPath(jail));
      return watch === undefined ? [] : [describeWatch(watch)];
    }
    return this.#logPaths.describe(logPaths, (path) => {
      const watch = this.#watches.get(path);
      return watch && describeWatch(watch);
    });
  }

  /** @returns what each pattern took so far, in each log that it is run on */
  describePatterns(): readonly PatternUsage[] {
    return [...this.#watches.values()].flatMap(({ matcher }) =>
      matcher.describePatterns()
    );
  }

  /** @returns what was read so far */
  totals(): WatchTotals {
    const totals = { ...this.#retired };
    for (const { source, matcher } of this.#watches.values()) {
      totals.bytes += source.describe().bytesRead;
      totals.lines += matcher.counts.lines;
      totals.candidates += matcher.counts.candidates;
    }
    return totals;
  }

  #change(prepare?: () => void): Promise<void> {
    this.#changing = this.#changing.then(() => {
      prepare?.();
      return this.#fit();
    });
    return this.#changing;
  }

  async #fit(): Promise<void> {
    const byPath = new Map([
      ...this.#logPaths.group(this.#jails),
      ...groupByJournal(this.#jails),
    ]);
    for (const [path, watch] of this.#watches) {
      if (!byPath.has(path)) await this.#end(path, watch);
    }
    for (const [path, jails] of byPath) {
      const watch = this.#watches.get(path);
      const key = matchingKey(jails);
      if (watch === undefined) await this.#begin(path, jails);
      else if (watch.key !== key) {
        this.#retire(watch.matcher);
        watch.matcher = this.#options.createMatcher(jails);
        watch.key = key;
      }
      if (watch !== undefined) watch.jails = jails;
    }
  }

  async #begin(path: string, jails: readonly JailConfig[]): Promise<void> {
    const { createMatcher, onChunk } = this.#options;
    const source = this.#createSource(path, jails);
    const matcher = createMatcher(jails);
    const watch: Watch = { source, jails, matcher, key: matchingKey(jails) };
    this.#watches.set(path, watch);
    await source.start((chunk) => onChunk(watch.matcher, chunk));
  }

  #createSource(path: string, jails: readonly JailConfig[]): Source {
    const { log, now, positionsOf, cursorOf, onBegin } = this.#options;
    const user = jails.find(readsJournal);
    if (user !== undefined) {
      return this.#journals.createSource(user, {
        resumeAfter: latest(jails.map(({ name }) => cursorOf(name))),
        recentSeconds: Math.max(...jails.map((jail) => jail.findTimeSeconds)),
        beginSeconds: now(),
      });
    }
    return createTail({
      path,
      log,
      watches: this.#folders,
      start: { recent: createRecency(jails, now) },
      resumeAt: positionsOf(path),
      onBegin: (position) => onBegin(path, position),
    });
  }

  #settle(paths: readonly string[], cursor: Cursor): void {
    const jails = paths.flatMap((path) => this.#watches.get(path)?.jails ?? []);
    this.#options.onSettled(jails.map(({ name }) => name), cursor);
  }

  async #end(path: string, watch: Watch): Promise<void> {
    const { source, matcher } = watch;
    this.#watches.delete(path);
    this.#retired.bytes += source.describe().bytesRead;
    this.#retire(matcher);
    await source.stop();
    if (!watch.jails.some(readsJournal)) this.#options.onEnd(path);
  }

  #retire({ counts: { lines, candidates } }: Matcher): void {
    this.#retired.lines += lines;
    this.#retired.candidates += candidates;
  }
}

function describeWatch({ source, matcher, jails }: Watch): SourceStatus {
  const { notJson } = matcher.counts;
  const status = source.describe();
  const isJson = jails.some(({ json }) => json !== undefined);
  return isJson ? { ...status, notJson } : status;
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
