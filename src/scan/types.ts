/**
 * Scanning a log: reading and matching it, in this thread or in another one.
 *
 * @module
 */

import type { NameReport } from "../observe/name_reports.ts";
import type { ClockReport } from "../match/clock_watch.ts";
import type { ResolveName } from "../match/name_cache.ts";
import type { ForgivingJail } from "../match/success_jail.ts";
import type { Failure, MatchCounts, PatternUsage } from "../match/types.ts";
import type { Position, SourceStatus } from "../source/types.ts";

/** The part of a jail that scanning needs. */
export interface ScanJail extends ForgivingJail {
  /** Whether someone looks at the lines of its failures, not at their hosts alone. */
  readonly takesText?: boolean | undefined;
  /** As `TextDecoder` calls it; default UTF-8. */
  readonly logEncoding?: string | undefined;
}

/** Lines that were read together: what they led to and the place behind them belong together. */
export interface Passage {
  /** The path as configured; of the journal `journal:` and its match. */
  readonly source: string;
  /** The place behind them; absent where they stand in no file. */
  readonly position?: Position | undefined;
  /** Whether an earlier run would have read them had it not ended: they count by their own time. */
  readonly isResumed: boolean;
  /** The wall clock as they are counted. */
  readonly nowSeconds: number;
}

/** What matching asks and tells beside failures: of names, of ids that are none, of clocks. */
export interface NameSink {
  /** Looks a name up. */
  readonly resolve: ResolveName;
  /** A failure whose name had to be looked up. */
  onLateFailure(failure: Failure): void;
  /** A name was looked up for a jail that warns of it. */
  onResolved(report: NameReport): void;
  /** A jail met its first id that is no address. */
  onUnbannable(jail: string, id: string): void;
  /** The stamps of a jail's lines and the wall clock go apart. */
  onClock(report: ClockReport): void;
}

/** Where all that is found goes, in this order: a file's beginning, and for each passage its failures, then itself. */
export interface ScanSink extends NameSink {
  /** A file of a log is begun there. */
  onBegin(path: string, position: Position): void;
  /** The object is used again for the next one. */
  onFailure(failure: Failure, passage: Passage): void;
  /** All failures of the passage were told. */
  onPassed(passage: Passage): void;
}

/** One log being scanned. */
export interface Scan {
  /** Begins; resolves once the log is watched or waited for. */
  start(): Promise<void>;
  /** Goes over to these jails without a gap. */
  setJails(jails: readonly ScanJail[]): void;
  /** Ends it; nothing of it comes afterwards. */
  stop(): Promise<void>;
  /** @returns how far it is */
  report(): ScanReport;
}

/** How far a scan is. */
export interface ScanReport {
  readonly status: SourceStatus;
  readonly lines: MatchCounts["lines"];
  readonly candidates: MatchCounts["candidates"];
}

/** Scans log files. */
export interface FileScanner {
  /** Told which files are to be scanned from now on, before new ones of them are opened. */
  assign(paths: readonly string[]): void;
  /** @returns a scan that can be started once */
  open(path: string, options: OpenOptions): Scan;
  /** @returns what each pattern of the present jails took in all logs; several times, where there are several threads */
  describePatterns(): readonly PatternUsage[];
}

/** Who reads a log, and how. */
export interface OpenOptions {
  readonly jails: readonly ScanJail[];
  /** Whether the log has just come: then all of it is read. */
  readonly isNew: boolean;
}
