/**
 * One scanning thread as the main thread knows it: a Worker, and another one in its place when it dies.
 *
 * @module
 */

import type { PatternUsage } from "../match/types.ts";
import { Inbox } from "./inbox.ts";
import type { ScannerOptions } from "./local_scanner.ts";
import type { ScanCommand } from "./messages.ts";
import { readBatch } from "./read_batch.ts";
import { RemoteScan } from "./remote_scan.ts";
import { toScanJail } from "./scan_jail.ts";
import { spawnScanWorker } from "./spawn_scan_worker.ts";
import type { OpenOptions, Scan, ScanJail } from "./types.ts";

/** What a thread works with. */
export interface ScanThreadOptions extends ScannerOptions {
  /** The folders that have to be readable for a log. */
  readonly rootsOf: (path: string) => readonly string[];
  /** Whether someone looks at the lines of a jail's failures. */
  readonly takesText: (jail: string) => boolean;
  /** Starts a Worker that may read beneath these; default: the program's own. */
  readonly spawn?: (roots: readonly string[]) => Worker;
}

/** A Worker that dies again and again is begun again ever later. */
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;

/** So many batches no Worker sends: one that sees it sleeps no more. */
const ALL_HANDLED = 2 ** 30;

/** The life of one Worker. */
interface Life {
  readonly worker: Worker;
  readonly roots: ReadonlySet<string>;
  /** Batches that were handled; the Worker reads it. */
  readonly handled: Int32Array;
  readonly startMs: number;
}

/** Scans some logs in a Worker. */
export class ScanThread {
  readonly #options: ScanThreadOptions;
  readonly #inbox: Inbox;
  readonly #scans = new Map<string, RemoteScan>();
  #paths: readonly string[] = [];
  /** What a lost thread knew of its patterns is lost with it. */
  #patterns: readonly PatternUsage[] = [];
  #life: Life | undefined;
  #revival: ReturnType<typeof setTimeout> | undefined;
  #delayMs = 0;

  /** Starts no Worker before there is a log for it. */
  constructor(options: ScanThreadOptions) {
    this.#options = options;
    this.#inbox = new Inbox({
      ...options,
      scanOf: (path) => this.#scans.get(path),
      onPatterns: (patterns) => this.#patterns = patterns,
      onClosed: (scan) => this.#forget(scan),
    });
  }

  /** Sees to it that the Worker may read all of these; one that may not makes room for another, in which its logs go on. */
  prepare(paths: readonly string[]): void {
    this.#paths = paths;
    if (paths.length === 0 || this.#revival !== undefined) return;
    const roots = this.#findRoots();
    if (this.#life !== undefined && roots.isSubsetOf(this.#life.roots)) return;
    this.#endLife();
    this.#begin(roots);
  }

  /** @returns a scan that can be started once */
  open(path: string, { jails, isNew }: OpenOptions): Scan {
    return new RemoteScan({
      path,
      jails,
      isNew,
      onStart: (scan) => {
        this.#scans.set(path, scan);
        if (this.#life === undefined) scan.noteOpened();
        else this.#openIn(this.#life, scan);
      },
      onChange: ({ jails }) =>
        this.#tell({ kind: "change", path, jails: this.#strip(jails) }),
      onStop: (scan) => {
        if (this.#life === undefined) this.#forget(scan);
        else this.#tell({ kind: "close", path });
      },
    });
  }

  /** @returns what each pattern took, as the Worker said last */
  describePatterns(): readonly PatternUsage[] {
    return this.#patterns;
  }

  #findRoots(): ReadonlySet<string> {
    return new Set(this.#paths.flatMap((path) => this.#options.rootsOf(path)));
  }

  #begin(roots: ReadonlySet<string>): void {
    const { spawn = spawnScanWorker } = this.#options;
    try {
      this.#live(spawn([...roots]), roots);
    } catch (error) {
      this.#mourn(describeError(error));
    }
  }

  #live(worker: Worker, roots: ReadonlySet<string>): void {
    const handled = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const life = {
      worker,
      roots,
      handled: new Int32Array(handled),
      startMs: performance.now(),
    };
    this.#life = life;
    worker.onmessage = ({ data }) => this.#receive(life, data);
    worker.onmessageerror = () => this.#die(life, "unreadable message");
    worker.onerror = (event) => {
      // Else the whole program would end with it.
      event.preventDefault();
      this.#die(life, event.message);
    };
    this.#tell({ kind: "begin", handled });
    for (const scan of this.#scans.values()) this.#openIn(life, scan);
  }

  /** It goes on behind what was handled: what else an earlier Worker had found is found again. */
  #openIn({ worker }: Life, { path, jails, isNew }: RemoteScan): void {
    const resumeAt = this.#options.positionsOf(path);
    post(worker, {
      kind: "open",
      path,
      jails: this.#strip(jails),
      isNew,
      resumeAt,
    });
  }

  #strip(jails: readonly ScanJail[]): readonly ScanJail[] {
    const { takesText } = this.#options;
    return jails.map((jail) => toScanJail(jail, takesText(jail.name)));
  }

  #tell(command: ScanCommand): void {
    if (this.#life !== undefined) post(this.#life.worker, command);
  }

  #receive(life: Life, message: unknown): void {
    if (this.#life !== life) return;
    try {
      this.#inbox.take(readBatch(message), (command) => {
        if (this.#life === life) post(life.worker, command);
      });
    } catch (error) {
      return this.#die(life, describeError(error));
    }
    Atomics.add(life.handled, 0, 1);
    Atomics.notify(life.handled, 0);
  }

  #forget(scan: RemoteScan): void {
    this.#scans.delete(scan.path);
    scan.noteClosed();
    if (this.#scans.size > 0) return;
    clearTimeout(this.#revival);
    this.#revival = undefined;
    this.#endLife();
  }

  #die(life: Life, reason: string): void {
    if (this.#life !== life) return;
    const lifeMs = performance.now() - life.startMs;
    if (lifeMs > LONGEST_DELAY_MS) this.#delayMs = 0;
    this.#endLife();
    this.#mourn(reason);
  }

  /** Said once, however often the next ones die soon. */
  #mourn(reason: string): void {
    const logs = [...this.#scans.keys()].join(",");
    if (this.#delayMs === 0) {
      this.#options.log.error("Scanning thread ended, begin another", {
        reason,
        logs,
      });
    }
    // Whoever waits for a log waits for one that cannot be read now.
    for (const scan of this.#scans.values()) scan.noteOpened();
    this.#delayMs = Math.max(FIRST_DELAY_MS, 2 * this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs, LONGEST_DELAY_MS);
    this.#revival = setTimeout(() => {
      this.#revival = undefined;
      this.#begin(this.#findRoots());
    }, this.#delayMs);
  }

  #endLife(): void {
    if (this.#life !== undefined) end(this.#life);
    this.#life = undefined;
    this.#patterns = [];
    for (const scan of this.#scans.values()) {
      if (scan.isStopping) this.#forget(scan);
      else scan.noteLoss();
    }
  }
}

/** A thread that sleeps would outlive its end, and keep the process from ending. */
function end({ worker, handled }: Life): void {
  Atomics.store(handled, 0, ALL_HANDLED);
  Atomics.notify(handled, 0);
  worker.terminate();
}

function post(worker: Worker, command: ScanCommand): void {
  worker.postMessage(command);
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
