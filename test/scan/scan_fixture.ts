/**
 * A sink that remembers all it is told, and scanners that tell it.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { createScanner } from "../../src/scan/create_scanner.ts";
import type {
  FileScanner,
  Passage,
  Scan,
  ScanJail,
  ScanSink,
} from "../../src/scan/types.ts";
import type { ClockReport } from "../../src/match/clock_watch.ts";
import type { Failure } from "../../src/match/types.ts";
import type { Position } from "../../src/source/types.ts";
import type { ScanThreadsOptions } from "../../src/scan/scan_threads.ts";
import {
  createRecordingLogger,
  type LogRecord,
} from "../source/tail_fixture.ts";

/** Finds `1763665683 sshd: root from 192.0.2.7 failed`. */
export const SSHD: ScanJail = {
  name: "sshd",
  dateFormat: "epoch",
  failPatterns: ["sshd: <F-USER>\\S+</F-USER> from <HOST> failed"],
  ignorePatterns: ["from 192\\.0\\.2\\.255 "],
  findTimeSeconds: 600,
};

/** Finds the same lines in fail2ban's way, where hosts may be names. */
export const EXACT: ScanJail = {
  ...SSHD,
  name: "exact",
  syntax: "fail2ban",
  failPatterns: ["sshd: \\S+ from <HOST> failed$"],
  datePattern: "{^LN-BEG}EPOCH",
  useDns: "yes",
};

/** @returns a line that both jails find */
export function failedLine(host: string, user = "root"): string {
  return `${Math.floor(Date.now() / 1000)} sshd: ${user} from ${host} failed\n`;
}

/** What a daemon would have been told. */
export class RecordingSink implements ScanSink {
  /** By log, in order: `sshd 192.0.2.7 1763665683 root`. */
  readonly failures = new Map<string, string[]>();
  readonly late: string[] = [];
  readonly texts: string[] = [];
  readonly unbannable: string[] = [];
  readonly clocks: string[] = [];
  readonly resolved: string[] = [];
  readonly positions = new Map<string, Position[]>();
  /** Passages that were told as a whole. */
  readonly passages: Passage[] = [];
  readonly logRecords: LogRecord[];
  readonly log;
  /** Thrown by the next failure. */
  trouble: Error | undefined;
  #open: Passage | undefined;

  constructor() {
    const { log, records } = createRecordingLogger();
    this.log = log;
    this.logRecords = records;
  }

  readonly resolve = (name: string): Promise<readonly string[]> =>
    Promise.resolve(name === "two.example" ? ["192.0.2.1", "2001:db8::1"] : []);

  onLateFailure({ jail, host }: Failure): void {
    this.late.push(`${jail} ${host}`);
  }

  onResolved({ jail, name }: { jail: string; name: string }): void {
    this.resolved.push(`${jail} ${name}`);
  }

  onUnbannable(jail: string, id: string): void {
    this.unbannable.push(`${jail} ${id}`);
  }

  onClock({ jail, cause }: ClockReport): void {
    this.clocks.push(`${jail} ${cause}`);
  }

  onBegin(path: string, position: Position): void {
    this.#note(path, position);
  }

  onFailure(failure: Failure, passage: Passage): void {
    this.#open ??= passage;
    strictEqual(this.#open, passage, "a passage before the other's end");
    const { jail, host, timeSeconds, user } = failure;
    this.failuresOf(passage.source).push(
      [jail, host, timeSeconds, user].join(" "),
    );
    this.texts.push(failure.line);
    const { trouble } = this;
    this.trouble = undefined;
    if (trouble === undefined) return;
    this.#open = undefined;
    throw trouble;
  }

  onPassed(passage: Passage): void {
    this.#open = undefined;
    this.passages.push(passage);
    if (passage.position) this.#note(passage.source, passage.position);
  }

  failuresOf(path: string): string[] {
    const known = this.failures.get(path) ?? [];
    this.failures.set(path, known);
    return known;
  }

  /** As the state keeper would: of two files a log. */
  readonly positionsOf = (path: string): readonly Position[] =>
    this.positions.get(path) ?? [];

  #note(path: string, position: Position): void {
    const others = this.positionsOf(path)
      .filter(({ inode }) => inode !== position.inode);
    this.positions.set(path, [...others, position].slice(-2));
  }
}

/** What of a scanner is not as usual. */
export type ScanningOptions =
  & Partial<Omit<ScanThreadsOptions, "sink">>
  & { readonly sink?: RecordingSink };

/** Scans that are running, and what they found. */
export class Scanning implements AsyncDisposable {
  readonly sink: RecordingSink;
  readonly scanner: Promise<FileScanner>;
  readonly scans = new Map<string, Scan>();

  constructor(count: number, options: ScanningOptions = {}) {
    this.sink = options.sink ?? new RecordingSink();
    this.scanner = createScanner({
      log: this.sink.log,
      positionsOf: this.sink.positionsOf,
      rootsOf: (path) => [path.replace(/\/[^/]*$/, "")],
      takesText: () => false,
      now: () => Date.now() / 1000,
      ...options,
      sink: this.sink,
      count,
    });
  }

  /** Begins to scan these logs for these jails. */
  async start(
    paths: readonly string[],
    jails: readonly ScanJail[],
  ): Promise<void> {
    const scanner = await this.scanner;
    scanner.assign([...this.scans.keys(), ...paths]);
    for (const path of paths) {
      const scan = scanner.open(path, { jails, isNew: false });
      this.scans.set(path, scan);
      await scan.start();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.scans.values()].map((scan) => scan.stop()));
    this.scans.clear();
  }
}
