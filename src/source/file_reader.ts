/**
 * Reads one log file forward in whole lines, from wherever it is asked to begin, as long as it is open.
 *
 * @module
 */

import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";
import { LineSplitter } from "./line_splitter.ts";
import { createReadAt, type ReadAt } from "./read_at.ts";
import { LARGEST_BLOCK } from "./pace.ts";
import type { Position } from "./types.ts";
import type { Searchable } from "./seek_by_time.ts";
import {
  markLength,
  mayBeginMark,
  narrowReadAt,
  readWideOrder,
  WideText,
} from "./wide_text.ts";

/** How much of a file's beginning is remembered, to know the file again after it was truncated and written anew. */
const HEAD_BYTES = 256;

/** One buffer for all files: reading and handing over are synchronous, so only one file uses it at a time. */
const BLOCK = new Uint8Array(LARGEST_BLOCK);

/** Receives whole lines, valid only during the call, and the place behind them. */
export type ReaderSink = (lines: Uint8Array, position: Position) => void;

/** An open file, the place reached in it, and the incomplete line there. */
export class FileReader {
  /** Which file is open. */
  readonly identity: FileIdentity;
  /** Reads anywhere in it. */
  readonly readAt: ReadAt;
  readonly #file: Deno.FsFile;
  readonly #splitter: LineSplitter;
  /** Never changed in place, since positions share it. */
  #head = new Uint8Array(0);
  #offset = 0;
  #isBehindTruncation = false;
  /** Absent before the first byte is read, and where a byte is a byte. */
  #wide: WideText | undefined;
  #isMarkRead = false;

  /**
   * Opens a file at its beginning.
   *
   * @param maxLineBytes longest line that is handed out
   * @throws {Deno.errors.NotFound | Deno.errors.PermissionDenied | Deno.errors.NotCapable} as `Deno.openSync`
   * @throws {TypeError} when it is not a regular file
   */
  constructor(path: string, maxLineBytes: number) {
    // Asked before opening, since opening a named pipe would wait for its writer.
    requireRegular(path, Deno.statSync(path));
    this.#file = Deno.openSync(path);
    try {
      this.identity = identify(this.#file.statSync());
    } catch (error) {
      this.#file.close();
      throw error;
    }
    this.readAt = createReadAt(this.#file);
    this.#splitter = new LineSplitter(maxLineBytes);
  }

  /** Bytes in the file now. */
  get size(): number {
    return this.#file.statSync().size;
  }

  /** The file as text to be searched; its places, times `unitBytes`, are places in the file. */
  get text(): Searchable & { readonly unitBytes: number } {
    const { readAt, size } = this;
    const order = readWideOrder(this.#readHead());
    return order === undefined ? { readAt, size, unitBytes: 1 } : {
      readAt: narrowReadAt(readAt, order),
      size: Math.floor(size / 2),
      unitBytes: 2,
    };
  }

  /** Whether no name leads to the file any more. */
  get isRemoved(): boolean {
    return this.#file.statSync().nlink === 0;
  }

  /** Lines left out so far. */
  get overlongLines(): number {
    return this.#splitter.overlongLines;
  }

  /** The place behind the last line that was handed out or left out. */
  get position(): Position {
    const { pendingBytes } = this.#wide ?? this.#splitter;
    return this.#positionAt(this.#offset - pendingBytes);
  }

  /** Goes on from `offset`, which begins a line. */
  moveTo(offset: number): void {
    this.#offset = offset;
  }

  /**
   * Looks whether this is the file that a position was in: another one may have its inode, or it was written anew.
   */
  holds({ device, inode, offset, head }: Position): boolean {
    if (!isSameFile({ device, inode }, this.identity)) return false;
    return offset <= this.size && startsWith(this.#readHead(), head);
  }

  /**
   * Looks whether the content that was read is still there: a file that was truncated is shorter, or begins differently
   * when it has grown again meanwhile.
   */
  isRewritten(): boolean {
    if (this.size < this.#offset) return true;
    const fresh = this.#readHead();
    if (!startsWith(fresh, this.#head)) return true;
    if (fresh.length > this.#head.length) this.#head = fresh.slice();
    return false;
  }

  /** Begins again at 0, after the content was truncated away; what was incomplete then is handed over. */
  restart(sink: ReaderSink): void {
    this.#offset = 0;
    this.flush(sink);
    this.#head = new Uint8Array(0);
    this.#isMarkRead = false;
    this.#wide = undefined;
    this.#isBehindTruncation = true;
  }

  /**
   * Reads one block and hands its whole lines over.
   *
   * @param most bytes, up to LARGEST_BLOCK
   * @returns bytes read; 0 at the end
   */
  read(sink: ReaderSink, most: number): number {
    if (!this.#isMarkRead && !this.#readMark()) return 0;
    const read = this.readAt(BLOCK.subarray(0, most), this.#offset);
    // Half of a character waits for the other half.
    const length = this.#wide === undefined ? read : read - read % 2;
    const from = this.#skipFront(length);
    if (this.#offset === this.#head.length) {
      this.#learnHead(BLOCK.subarray(0, length));
    }
    const start = this.#offset + from;
    this.#offset += length;
    if (from === length) return length;
    if (this.#wide !== undefined) {
      this.#wide.push(BLOCK.subarray(from, length), {
        start,
        splitter: this.#splitter,
        sink: (lines, offset) => sink(lines, this.#positionAt(offset)),
      });
      return length;
    }
    this.#splitter.push(
      BLOCK.subarray(from, length),
      (lines, end) => sink(lines, this.#positionAt(start + end)),
    );
    return length;
  }

  /** Hands the incomplete last line over, for nothing will complete it. */
  flush(sink: ReaderSink): void {
    this.#wide?.forgetPending();
    this.#splitter.flush((lines) =>
      sink(lines, this.#positionAt(this.#offset))
    );
  }

  /** Closes the file; what is incomplete is lost. */
  close(): void {
    this.#file.close();
  }

  #learnHead(next: Uint8Array): void {
    const known = this.#head.length;
    const taken = next.subarray(0, HEAD_BYTES - known);
    if (taken.length === 0) return;
    const head = new Uint8Array(known + taken.length);
    head.set(this.#head);
    head.set(taken, known);
    this.#head = head;
  }

  /** @returns the first bytes as they are now; valid until the next call */
  #readHead(): Uint8Array<ArrayBuffer> {
    return HEAD_SCRATCH.subarray(0, this.readAt(HEAD_SCRATCH, 0));
  }

  /**
   * Finds out whether the file is in UTF-16.
   *
   * @returns false where that cannot be told yet
   */
  #readMark(): boolean {
    const pair = PAIR_SCRATCH.subarray(0, this.readAt(PAIR_SCRATCH, 0));
    if (pair.length === 0) return false;
    if (pair.length === 1 && mayBeginMark(pair)) return false;
    this.#isMarkRead = true;
    const order = readWideOrder(pair);
    if (order === undefined) return true;
    // A place between the bytes of a newline is that of a search for the byte 10.
    this.#offset += this.#offset % 2;
    if (this.#offset > 0) this.readAt(PAIR_SCRATCH, this.#offset - 2);
    this.#wide = new WideText(order, PAIR_SCRATCH);
    return true;
  }

  /** @returns how many bytes of the block are no text */
  #skipFront(length: number): number {
    const hole = this.#isBehindTruncation ? this.#skipHole(length) : 0;
    return hole === 0 && this.#offset === 0
      ? markLength(BLOCK.subarray(0, length))
      : hole;
  }

  /** A writer that does not append goes on at its old offset after a truncation: what lies before reads as zeros. */
  #skipHole(length: number): number {
    let from = 0;
    while (from < length && BLOCK[from] === 0) from++;
    if (from < length) this.#isBehindTruncation = false;
    return from;
  }

  #positionAt(offset: number): Position {
    return {
      device: this.identity.device,
      inode: this.identity.inode,
      offset,
      head: this.#head,
    };
  }
}

const HEAD_SCRATCH = new Uint8Array(HEAD_BYTES);
const PAIR_SCRATCH = new Uint8Array(2);

/** As far as both go: a file that was shorter has a part of what was known, unless it was truncated. */
function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  const length = Math.min(bytes.length, head.length);
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== head[at]) return false;
  }
  return true;
}

function requireRegular(path: string, stat: Deno.FileInfo): void {
  if (stat.isFile) return;
  throw new TypeError(
    `Cannot tail "${path}": ${nameKind(stat)}, expected a regular file`,
  );
}

function nameKind(stat: Deno.FileInfo): string {
  if (stat.isDirectory) return "a folder";
  if (stat.isFifo) return "a named pipe";
  if (stat.isSocket) return "a socket";
  return "a device";
}
