/**
 * What the main thread and a scanning thread tell each other.
 *
 *     main     → Worker   { kind: "open", path: "/var/log/auth.log", jails: [{ name: "sshd", … }], resumeAt: [] }
 *     Worker   → main     [{ kind: "begun", … }, { kind: "lines", path: "/var/log/auth.log", position: { … }, … }]
 *
 * A Worker sends batches. One that is handled is counted in a number that both see, so that it knows how far main is.
 *
 * @module
 */

import type { ClockReport } from "../match/clock_watch.ts";
import type { PatternUsage } from "../match/types.ts";
import type { NameReport } from "../observe/name_reports.ts";
import type { Position } from "../source/types.ts";
import type { LogFields, LogLevel } from "../util/log.ts";
import type { FailureRows } from "./failure_rows.ts";
import type { ScanJail, ScanReport } from "./types.ts";

/** To a Worker. */
export type ScanCommand =
  | {
    readonly kind: "begin";
    /** An `Int32Array` of one: batches that main has handled. */
    readonly handled: SharedArrayBuffer;
  }
  | {
    readonly kind: "open";
    readonly path: string;
    readonly jails: readonly ScanJail[];
    readonly isNew: boolean;
    readonly resumeAt: readonly Position[];
  }
  | {
    readonly kind: "change";
    readonly path: string;
    readonly jails: readonly ScanJail[];
  }
  | { readonly kind: "close"; readonly path: string }
  | {
    readonly kind: "addresses";
    /** Of the question. */
    readonly id: number;
    readonly addresses: readonly string[];
  };

/** From a Worker, in the order in which it came about. */
export type ScanEvent =
  | LinesEvent
  | { readonly kind: "late"; readonly failures: FailureRows }
  | {
    readonly kind: "begun";
    readonly path: string;
    readonly position: Position;
  }
  | { readonly kind: "opened"; readonly path: string }
  | { readonly kind: "closed"; readonly path: string }
  | {
    readonly kind: "report";
    readonly path: string;
    readonly report: ScanReport;
  }
  | { readonly kind: "patterns"; readonly patterns: readonly PatternUsage[] }
  | { readonly kind: "ask"; readonly id: number; readonly name: string }
  | { readonly kind: "resolved"; readonly report: NameReport }
  | {
    readonly kind: "unbannable";
    readonly jail: string;
    readonly id: string;
  }
  | { readonly kind: "clock"; readonly report: ClockReport }
  | {
    readonly kind: "log";
    readonly level: LogLevel;
    readonly message: string;
    readonly fields: LogFields;
  };

/** A passage, whole. */
export interface LinesEvent {
  readonly kind: "lines";
  readonly path: string;
  readonly isResumed: boolean;
  /** Absent where reading the lines failed half-way: the next place covers them. */
  readonly position?: Position | undefined;
  /** Absent where there are none. */
  readonly failures?: FailureRows | undefined;
}
