/**
 * The files that bear a path one after the other: what is there now, and its predecessor until its writers have left it.
 *
 *     rename a → a.1, create a      former: a.1, read to its end first; current: the new a, from 0
 *     copytruncate                  earlier: what only the copy holds; then current begins again at 0
 *     remove, create                as rename: the removed file stays open until it is read to its end
 *     renamed while nobody read     earlier: found again by their identity, read from where an earlier run stopped
 *
 * @module
 */

import { identify, isSameFile } from "./file_identity.ts";
import { FileReader, type ReaderSink } from "./file_reader.ts";
import { Pace } from "./pace.ts";
import {
  openCopies,
  openCopiesSince,
  openRotatedBetween,
  Resumption,
} from "./resumption.ts";
import type { Chunk, Position } from "./types.ts";

/** After how many polls without a new byte a predecessor counts as left by its writers. */
const LINGER_POLLS = 5;

/** Files that are not read again when they are found beside the log. */
const FILES_REMEMBERED = 16;

/** How a path is followed. */
export interface FollowedPathOptions {
  /** The path as configured. */
  readonly path: string;
  /** Longest line that is handed out. */
  readonly maxLineBytes: number;
  /** Bytes read before a turn ends. */
  readonly maxBytesPerTurn: number;
  /** Where an earlier run stopped. */
  readonly resumeAt: readonly Position[];
  /** Says where to begin in a file that was there at the first look, and that no earlier run knew. */
  readonly findStart: (reader: FileReader) => number;
  /** Told of each file that is begun, and where. Must not throw. */
  readonly onBegin: (position: Position) => void;
  /** Must not throw. */
  readonly sink: (chunk: Chunk) => void;
}

/** Reads a path's files in their order, every line of each once. */
export class FollowedPath {
  readonly #options: FollowedPathOptions;
  #resumption: Resumption | undefined;
  /** What an earlier run left to be read. */
  #earlier: FileReader[] = [];
  #current: FileReader | undefined;
  #former: FileReader | undefined;
  #formerIdlePolls = 0;
  /** Files that bore the path, the latest last; closed ones still tell how they begin. */
  #seen: readonly FileReader[] = [];
  /** When the newest copy was made of what was truncated away, until something is read again. */
  #copiedMs: number | undefined;
  #isFirst = true;
  #isBegun = true;
  #wasMissing = false;
  #isCatchUp = true;
  #isResumed = false;
  #isClosed = false;
  #budget = 0;
  readonly #pace = new Pace();
  #bytesRead = 0;
  #rotations = 0;
  #closedOverlongLines = 0;
  readonly #emit: ReaderSink = (bytes, position) =>
    this.#handOver(bytes, position);

  /** Opens nothing before the first turn. */
  constructor(options: FollowedPathOptions) {
    this.#options = options;
  }

  /** Bytes read from all files so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Successors and truncations so far. */
  get rotations(): number {
    return this.#rotations;
  }

  /** Lines left out so far. */
  get overlongLines(): number {
    return this.#closedOverlongLines + (this.#current?.overlongLines ?? 0) +
      (this.#former?.overlongLines ?? 0) +
      this.#earlier.reduce((sum, each) => sum + each.overlongLines, 0);
  }

  /** Whether one file bears the path and no other is read. */
  get isSettled(): boolean {
    return this.#current !== undefined && this.#former === undefined;
  }

  /**
   * Hands over what is new, up to the turn's limit.
   *
   * @param checksName whether to see first if another file bears the path now
   * @returns whether more is left to read at once
   * @throws what opening the path or reading its file throws; the next turn tries again
   */
  readTurn(checksName: boolean): boolean {
    this.#budget = this.#options.maxBytesPerTurn;
    this.#pace.beginTurn();
    this.#resume();
    // First of all, however much is left to be read: what is open cannot be lost any more.
    if (checksName && this.#isRenamed()) this.#retire();
    const failure = this.#attach();
    if (!this.#readEarlier() || !this.#readFormer()) return true;
    if (this.#isClosed) return false;
    const current = this.#current;
    if (current === undefined) {
      if (isMissing(failure)) this.#noteMissing();
      throw failure;
    }
    this.#begin(current);
    if (this.#former && current.size > 0) this.#former.flush(this.#emit);
    if (!this.#isClosed && current.isRewritten()) this.#beginAgain(current);
    this.#openMissedCopies(current);
    if (!this.#readEarlier()) return true;
    const isDrained = this.#drain(current);
    if (current.hasRead) {
      // It may have been truncated again between that look and this read; from now on that is seen by the file itself.
      this.#openMissedCopies(current);
      this.#copiedMs = undefined;
    }
    if (!isDrained || !this.#readEarlier()) return true;
    this.#isCatchUp = false;
    this.#isResumed = false;
    return false;
  }

  /** Counts one poll: gives a predecessor up that nobody writes to any more. */
  age(): void {
    const former = this.#former;
    if (!former || ++this.#formerIdlePolls < LINGER_POLLS) return;
    former.flush(this.#emit);
    // Until there is a successor, the writers can only be at the file that was renamed.
    if (this.#isClosed) return;
    if (this.#current || former.isRemoved) this.#closeFormer();
  }

  /** Closes the files; nothing is handed over afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const reader of this.#earlier.splice(0)) this.#closeReader(reader);
    this.#closeFormer();
    this.#closeReader(this.#current);
    this.#current = undefined;
  }

  /** Opens what an earlier run left, once. */
  #resume(): void {
    if (this.#resumption !== undefined) return;
    const { path, resumeAt: positions, maxLineBytes } = this.#options;
    this.#resumption = new Resumption({ path, positions, maxLineBytes });
    this.#earlier = [...this.#resumption.earlier];
    for (const reader of this.#earlier) this.#noteSeen(reader);
    this.#isResumed = this.#earlier.length > 0;
    // The last one may have been renamed just now, with its writers still at it.
    this.#former = this.#earlier.pop();
  }

  /** @returns whether all of it is read */
  #readEarlier(): boolean {
    for (;;) {
      const [reader] = this.#earlier;
      if (reader === undefined) return true;
      try {
        if (!this.#drain(reader)) return false;
        reader.flush(this.#emit);
      } catch {
        // What cannot be read any more must not keep what can be from being read.
      }
      this.#closeReader(this.#earlier.shift());
    }
  }

  /** Whether the open file lost its name. When that cannot be seen, reading goes on. */
  #isRenamed(): boolean {
    if (!this.#current) return false;
    try {
      const stat = Deno.statSync(this.#options.path);
      return !isSameFile(identify(stat), this.#current.identity);
    } catch (error) {
      return error instanceof Deno.errors.NotFound;
    }
  }

  #retire(): void {
    if (this.#former) this.#earlier.push(this.#former);
    this.#former = this.#current;
    this.#current = undefined;
    this.#copiedMs = undefined;
    this.#formerIdlePolls = 0;
  }

  /** @returns whether the predecessor is read to its end */
  #readFormer(): boolean {
    const former = this.#former;
    if (!former) return true;
    const before = this.#bytesRead;
    try {
      // Not read again: rewritten now means shredded or reused, not logged to.
      if (!former.isRewritten()) return this.#drain(former);
      former.flush(this.#emit);
      this.#closeFormer();
    } catch {
      this.#closeFormer();
    } finally {
      if (this.#bytesRead > before) this.#formerIdlePolls = 0;
    }
    return true;
  }

  /**
   * Opens what bears the path now, where that is not open; the predecessor itself when it was renamed back.
   *
   * @returns why it cannot be opened, if so
   */
  #attach(): unknown {
    if (this.#current !== undefined) return undefined;
    try {
      const reader = this.#open();
      const former = this.#former;
      if (former && isSameFile(reader.identity, former.identity)) {
        reader.close();
        this.#former = undefined;
        this.#current = former;
      } else this.#take(reader);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #take(reader: FileReader): void {
    if (this.#former && !this.#isFirst) this.#openBetween(this.#former, reader);
    this.#noteSeen(reader);
    if (!this.#isFirst) this.#rotations++;
    this.#isFirst = false;
    this.#isBegun = false;
    this.#current = reader;
  }

  /** Tells of the file once all before it is read. */
  #begin(current: FileReader): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#options.onBegin(current.position);
  }

  /** After a truncation: who copied the file before kept lines that nobody has read. */
  #beginAgain(current: FileReader): void {
    const { path, maxLineBytes } = this.#options;
    const { position } = current;
    const copies = openCopies(current, { path, position, maxLineBytes });
    this.#putEarlier(copies);
    this.#copiedMs = copies.at(-1)?.modifiedMs;
    if (copies.length > 0) {
      // A line that was incomplete is read again, to its end, in the copy.
      this.#bytesRead -= current.pendingBytes;
      current.restart(() => {});
    } else current.restart(this.#emit);
    this.#rotations++;
  }

  /** As long as nothing is read after a truncation, a second one cannot be seen. */
  #openMissedCopies(current: FileReader): void {
    const sinceMs = this.#copiedMs;
    if (sinceMs === undefined || this.#isClosed || current.size === 0) return;
    const { path, maxLineBytes } = this.#options;
    const copies = openCopiesSince(current, { path, maxLineBytes, sinceMs });
    this.#copiedMs = copies.at(-1)?.modifiedMs ?? sinceMs;
    this.#putEarlier(copies);
  }

  /** Files whose name came and went between two looks. */
  #openBetween(former: FileReader, successor: FileReader): void {
    const { path, maxLineBytes } = this.#options;
    // More may have come between than are remembered.
    const known = [...this.#seen, former, successor].map(({ mark }) => mark);
    const between = openRotatedBetween(former, {
      path,
      known,
      maxLineBytes,
    });
    if (between.length === 0) return;
    // The newest of them may have writers still, no older one.
    this.#earlier.push(former);
    this.#putEarlier(between);
    this.#former = this.#earlier.pop();
  }

  /** To be read before anything else. */
  #putEarlier(readers: readonly FileReader[]): void {
    for (const reader of readers) this.#noteSeen(reader);
    this.#earlier.push(...readers);
  }

  /** Times of files are too coarse to tell by them alone which was read. */
  #noteSeen(reader: FileReader): void {
    this.#seen = [...this.#seen, reader].slice(-FILES_REMEMBERED);
  }

  #open(): FileReader {
    const { path, maxLineBytes } = this.#options;
    const reader = new FileReader(path, maxLineBytes);
    try {
      if (this.#isFirst && !this.#wasMissing) this.#moveToStart(reader);
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  #moveToStart(reader: FileReader): void {
    const resumed = this.#resumption?.startIn(reader);
    this.#isResumed = resumed !== undefined;
    reader.moveTo(resumed ?? this.#options.findStart(reader));
  }

  /** A file that appears later is new, whatever the configured start. */
  #noteMissing(): void {
    this.#wasMissing = true;
    this.#isCatchUp = false;
    this.#isResumed = false;
  }

  /** @returns whether the reader is at its end, not only the turn */
  #drain(reader: FileReader): boolean {
    while (this.#budget > 0 && !this.#isClosed) {
      const most = this.#pace.beginBlock();
      const read = reader.read(this.#emit, most);
      const isOver = this.#pace.endBlock();
      this.#bytesRead += read;
      if (read < most) return true;
      this.#budget = isOver ? 0 : this.#budget - read;
    }
    return this.#isClosed;
  }

  #handOver(bytes: Uint8Array, position: Position): void {
    if (this.#isClosed) return;
    const { path, sink } = this.#options;
    sink({
      source: path,
      bytes,
      position,
      isCatchUp: this.#isCatchUp,
      isResumed: this.#isResumed,
    });
  }

  #closeFormer(): void {
    this.#closeReader(this.#former);
    this.#former = undefined;
  }

  #closeReader(reader: FileReader | undefined): void {
    this.#closedOverlongLines += reader?.overlongLines ?? 0;
    reader?.close();
  }
}

/** A TypeError says that no file bears the path, but a folder or a pipe. */
function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof TypeError;
}
