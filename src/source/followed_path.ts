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

import { bearsPath, isSameFile } from "./file_identity.ts";
import { FileReader } from "./file_reader.ts";
import type { EarlierLog, ReaderSink } from "./earlier_log.ts";
import { MissedCopies } from "./missed_copies.ts";
import { Pace } from "./pace.ts";
import { Resumption } from "./resumption.ts";
import { openRotatedBetween, type RotatedPlace } from "./rotated_between.ts";
import { SeenFiles } from "./seen_files.ts";
import type { Chunk, Position } from "./types.ts";
import { readWideOrder } from "./wide_text.ts";

/** After how many polls without a new byte a predecessor counts as left by its writers. */
const LINGER_POLLS = 5;

/**
 * The first turn reads so much, however long it takes: nobody is answered before it is over, and what it led to is stored at
 * once. A daemon that is killed again and again soon after its start gets on by that.
 */
const FIRST_TURN_BYTES = 8 * 1024;

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
  /** Told of each file that is begun, the older one first, and where. Must not throw. */
  readonly onBegin: (position: Position) => void;
  /** Told of a packed file that cannot be read to its end. Must not throw. */
  readonly onDamage: (path: string, error: unknown) => void;
  /** Must not throw. */
  readonly sink: (chunk: Chunk) => void;
}

/** Reads a path's files in their order, every line of each once. */
export class FollowedPath {
  readonly #options: FollowedPathOptions;
  #resumption: Resumption | undefined;
  /** What is to be read before the predecessor, the oldest first. */
  #earlier: EarlierLog[] = [];
  #current: FileReader | undefined;
  #former: FileReader | undefined;
  /** What bore the path when earlier files were looked for, until it is followed. */
  #live: FileReader | undefined;
  #formerIdlePolls = 0;
  readonly #seen = new SeenFiles();
  readonly #place: RotatedPlace;
  readonly #missed: MissedCopies;
  #isFirst = true;
  #isBegun = true;
  #wasMissing = false;
  #isCatchUp = true;
  #isResumed = false;
  #isClosed = false;
  #budget = 0;
  readonly #pace = new Pace();
  #bytesRead = 0;
  #hasLines = false;
  #firstTurnBytes = FIRST_TURN_BYTES;
  #rotations = 0;
  #closedOverlongLines = 0;
  readonly #emit: ReaderSink = (bytes, position) =>
    this.#handOver(bytes, position);

  /** Opens nothing before the first turn. */
  constructor(options: FollowedPathOptions) {
    this.#options = options;
    const { path, maxLineBytes } = options;
    const isSeen = (reader: FileReader) => this.#seen.has(reader);
    this.#place = { path, maxLineBytes, isSeen };
    this.#missed = new MissedCopies(this.#place);
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

  /** Whether only files are read that do not bear the path any more. */
  get holdsOthersOnly(): boolean {
    return this.#current === undefined &&
      (this.#former !== undefined || this.#earlier.length > 0);
  }

  /** Opens what an earlier run left, before the first turn. */
  async resume(): Promise<void> {
    const { resumeAt: positions, ...options } = this.#options;
    const resumption = await Resumption.begin({ ...options, positions });
    this.#resumption = resumption;
    this.#live = resumption.live;
    this.#putEarlier(resumption.earlier);
    this.#isResumed = this.#earlier.length > 0;
    this.#popFormer();
    if (this.#isClosed) this.close();
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
    this.#pace.beginTurn(this.#firstTurnBytes);
    this.#firstTurnBytes = 0;
    // First of all, however much is left to be read: what is open cannot be lost any more.
    if (checksName) this.#checkName();
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
    this.#putEarlier(this.#missed.openUnread(current));
    if (!this.#readEarlier()) return true;
    const isDrained = this.#drain(current);
    if (current.hasRead) {
      // It may have been truncated again between that look and this read; from now on that is seen by the file itself.
      this.#putEarlier(this.#missed.openUnread(current));
      this.#missed.forget();
    }
    if (!isDrained || !this.#readEarlier() || current.isStale) return true;
    this.#isCatchUp = false;
    this.#isResumed = false;
    return false;
  }

  /** Counts one poll: gives a predecessor up that nobody writes to any more. */
  age(): void {
    const former = this.#former;
    // What comes before it may take its time.
    if (!former || this.#earlier.length > 0) return;
    if (++this.#formerIdlePolls < LINGER_POLLS) return;
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
    this.#closeReader(this.#live);
    this.#live = undefined;
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

  #checkName(): void {
    const current = this.#current;
    if (!current || bearsPath(current.identity, this.#options.path)) return;
    if (this.#former) this.#earlier.push(this.#former);
    this.#former = current;
    this.#current = undefined;
    this.#missed.forget();
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
    this.#seen.add(reader);
    if (!this.#isFirst) this.#rotations++;
    this.#isFirst = false;
    this.#isBegun = false;
    this.#current = reader;
    this.#missed.begin(reader);
  }

  /** Tells of the file once all before it is read. */
  #begin(current: FileReader): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    const { onBegin } = this.#options;
    // If it was truncated before it lost its name, nothing may have told that yet.
    if (this.#former) onBegin(this.#former.position);
    onBegin(current.position);
  }

  /** After a truncation: who copied the file before kept lines that nobody has read. */
  #beginAgain(current: FileReader): void {
    const { position } = current;
    const copies = this.#missed.openTruncated(current);
    this.#putEarlier(copies);
    if (copies.some((copy) => copy.holds(position))) {
      // A line that was incomplete is read again, to its end, in the copy.
      this.#bytesRead -= current.pendingBytes;
      current.restart(() => {});
    } else current.restart(this.#emit);
    this.#rotations++;
  }

  /** Files whose name came and went between two looks. */
  #openBetween(former: FileReader, successor: FileReader): void {
    const between = openRotatedBetween(former, successor, {
      ...this.#place,
      // Asked when all files before it are read, so that it is known how they begin.
      isHeadKnown: (head) => this.#seen.hasHead(head),
      onDamage: this.#options.onDamage,
    });
    if (between.length === 0) return;
    this.#earlier.push(former);
    this.#putEarlier(between);
    this.#popFormer();
  }

  /** The newest of them may have writers still, no older one; nor has a copy or a packed one. */
  #popFormer(): void {
    const newest = this.#earlier.at(-1);
    const hasWriters = newest instanceof FileReader && !newest.isCopy;
    this.#former = hasWriters ? newest : undefined;
    if (hasWriters) this.#earlier.pop();
  }

  /** To be read before anything else. */
  #putEarlier(logs: readonly EarlierLog[]): void {
    for (const log of logs) if (log instanceof FileReader) this.#seen.add(log);
    this.#earlier.push(...logs);
  }

  #open(): FileReader {
    const { path, maxLineBytes } = this.#options;
    const reader = this.#live ?? new FileReader(path, maxLineBytes);
    this.#live = undefined;
    try {
      if (this.#isFirst && !this.#wasMissing) this.#moveToStart(reader);
      else reader.moveTo(0);
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
  #drain(reader: EarlierLog): boolean {
    while (this.#budget > 0 && !this.#isClosed) {
      const most = this.#pace.beginBlock();
      this.#hasLines = false;
      const read = reader.read(this.#emit, most);
      const isOver = this.#pace.endBlock(this.#hasLines);
      this.#bytesRead += read;
      if (read < most && !reader.hasMore) return true;
      if (read === 0) return false;
      this.#budget = isOver ? 0 : this.#budget - read;
    }
    return this.#isClosed;
  }

  #handOver(bytes: Uint8Array, position: Position): void {
    if (this.#isClosed) return;
    this.#hasLines = true;
    const { path, sink } = this.#options;
    sink({
      source: path,
      bytes,
      position,
      isCatchUp: this.#isCatchUp,
      isResumed: this.#isResumed,
      isRecoded: readWideOrder(position.head) !== undefined,
    });
  }

  #closeFormer(): void {
    this.#closeReader(this.#former);
    this.#former = undefined;
  }

  #closeReader(reader: EarlierLog | undefined): void {
    if (reader === undefined) return;
    this.#closedOverlongLines += reader.overlongLines;
    reader.close();
    this.#seen.add(reader);
  }
}

/** A TypeError says that no file bears the path, but a folder or a pipe. */
function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof TypeError;
}
