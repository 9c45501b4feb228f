/**
 * The scans of a scanning thread, and how main commands them.
 *
 * @module
 */

import { forgetPatterns } from "../match/prepare_pattern.ts";
import type { Position } from "../source/types.ts";
import { LocalScanner } from "./local_scanner.ts";
import type { ScanCommand } from "./messages.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";
import type { Scan, ScanJail } from "./types.ts";

/** Between looks at how far the scans are. */
const REPORT_MS = 500;

/** Scans that are looked at at a time: a thousand take 10 ms. */
const REPORTED_AT_ONCE = 100;

/** How a thread's scans speak to main. */
export type WorkerScansOptions = Omit<OutboxOptions, "takesText">;

type OpenCommand = Extract<ScanCommand, { kind: "open" }>;

/** Obeys main, and reports to it. */
export class WorkerScans {
  readonly #outbox: Outbox;
  readonly #scanner: LocalScanner;
  readonly #scans = new Map<string, Scan>();
  /** Those that are still to be looked at. */
  #unreported: Iterator<[string, Scan]> = this.#scans.entries();
  #candidatesReported = 0;
  /** What main was told last of how far each is. */
  readonly #reported = new Map<string, string>();
  /** Where logs go on that are about to be opened. */
  readonly #resumeAt = new Map<string, readonly Position[]>();
  /** Jails whose lines somebody looks at. */
  readonly #textJails = new Set<string>();

  /** Scans nothing yet. */
  constructor(options: WorkerScansOptions) {
    this.#outbox = new Outbox({
      ...options,
      takesText: (jail) => this.#textJails.has(jail),
    });
    this.#scanner = new LocalScanner({
      log: this.#outbox.log,
      sink: this.#outbox,
      positionsOf: (path) => this.#resumeAt.get(path) ?? [],
      now: () => Date.now() / 1000,
    });
    setInterval(() => this.#reportSome(), REPORT_MS);
  }

  /**
   * Does what main asks for.
   *
   * @throws {TypeError} for what is no command
   */
  async obey(command: ScanCommand): Promise<void> {
    switch (command.kind) {
      case "open":
        return await this.#open(command);
      case "change":
        this.#noteJails(command.jails);
        this.#scans.get(command.path)?.setJails(command.jails);
        forgetPatterns();
        return;
      case "close":
        return await this.#close(command.path);
      case "addresses":
        return this.#outbox.answer(command.id, command.addresses);
      default:
        throw new TypeError(
          `Cannot obey "${command?.kind}": unknown, expected a scan command`,
        );
    }
  }

  async #open({ path, jails, isNew, resumeAt }: OpenCommand): Promise<void> {
    this.#noteJails(jails);
    this.#resumeAt.set(path, resumeAt);
    const scan = this.#scanner.open(path, { jails, isNew });
    this.#resumeAt.delete(path);
    this.#scans.set(path, scan);
    forgetPatterns();
    await scan.start();
    this.#report(path, scan);
    this.#outbox.add({ kind: "opened", path });
  }

  async #close(path: string): Promise<void> {
    const scan = this.#scans.get(path);
    this.#scans.delete(path);
    await scan?.stop();
    if (scan !== undefined) this.#report(path, scan);
    this.#reported.delete(path);
    this.#outbox.add({ kind: "closed", path });
  }

  #noteJails(jails: readonly ScanJail[]): void {
    for (const { name, takesText } of jails) {
      if (takesText) this.#textJails.add(name);
      else this.#textJails.delete(name);
    }
  }

  #reportSome(): void {
    for (let count = 0; count < REPORTED_AT_ONCE; count++) {
      const next = this.#unreported.next();
      if (next.done) {
        this.#unreported = this.#scans.entries();
        break;
      }
      this.#report(...next.value);
    }
    this.#reportPatterns();
  }

  #reportPatterns(): void {
    const patterns = this.#scanner.describePatterns();
    const candidates = patterns.reduce((sum, each) => sum + each.candidates, 0);
    if (candidates === this.#candidatesReported) return;
    this.#candidatesReported = candidates;
    this.#outbox.add({ kind: "patterns", patterns });
  }

  #report(path: string, scan: Scan): void {
    const report = scan.report();
    const told = JSON.stringify(report);
    if (told === this.#reported.get(path)) return;
    this.#reported.set(path, told);
    this.#outbox.add({ kind: "report", path, report });
  }
}
