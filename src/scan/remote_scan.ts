/**
 * A scan in another thread, as the main thread knows it.
 *
 * @module
 */

import type { Scan, ScanJail, ScanReport } from "./types.ts";

/** How a scan reaches its thread. */
export interface RemoteScanOptions {
  readonly path: string;
  readonly jails: readonly ScanJail[];
  /** Whether all of the log is read. */
  readonly isNew: boolean;
  readonly onStart: (scan: RemoteScan) => void;
  readonly onChange: (scan: RemoteScan) => void;
  readonly onStop: (scan: RemoteScan) => void;
}

/** One log that a Worker scans, whichever Worker that is by now. */
export class RemoteScan implements Scan {
  readonly path: string;
  readonly isNew: boolean;
  /** Those that read the log now. */
  jails: readonly ScanJail[];
  /** Whether nothing more is wanted of it. */
  isStopping = false;
  readonly #options: RemoteScanOptions;
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #report: ScanReport;
  /** What Workers before this one did. */
  #earlier: ScanReport;

  /** Asks for nothing yet. */
  constructor(options: RemoteScanOptions) {
    this.#options = options;
    this.path = options.path;
    this.isNew = options.isNew;
    this.jails = options.jails;
    this.#report = this.#earlier = emptyReport(options.path);
  }

  start(): Promise<void> {
    this.#options.onStart(this);
    return this.#opened.promise;
  }

  setJails(jails: readonly ScanJail[]): void {
    this.jails = jails;
    this.#options.onChange(this);
  }

  stop(): Promise<void> {
    this.isStopping = true;
    this.#options.onStop(this);
    return this.#closed.promise;
  }

  report(): ScanReport {
    return addReports(this.#earlier, this.#report);
  }

  /** The Worker watches the log. */
  noteOpened(): void {
    this.#opened.resolve();
  }

  /** The Worker is done with the log, or there is none. */
  noteClosed(): void {
    this.#opened.resolve();
    this.#closed.resolve();
  }

  /** The Worker tells how far it is. */
  noteReport(report: ScanReport): void {
    this.#report = report;
  }

  /** The Worker is gone, and another one begins to count at 0. */
  noteLoss(): void {
    this.#earlier = this.report();
    this.#report = emptyReport(this.path);
  }
}

function emptyReport(path: string): ScanReport {
  return {
    status: {
      path,
      state: "waiting",
      reason: "not started",
      bytesRead: 0,
      overlongLines: 0,
      rotations: 0,
    },
    lines: 0,
    candidates: 0,
  };
}

function addReports(earlier: ScanReport, now: ScanReport): ScanReport {
  return {
    status: {
      ...now.status,
      bytesRead: earlier.status.bytesRead + now.status.bytesRead,
      overlongLines: earlier.status.overlongLines + now.status.overlongLines,
      rotations: earlier.status.rotations + now.status.rotations,
    },
    lines: earlier.lines + now.lines,
    candidates: earlier.candidates + now.candidates,
  };
}
