/**
 * Reads one log file forward in whole lines, from wherever it is asked to begin, as long as it is open.
 *
 * @module
 */

import type { EarlierLog, FileMark, ReaderSink } from "./earlier_log.ts";
import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";
import { extendHead, HEAD_BYTES, startsWith } from "./file_head.ts";
import { HoleSkipper } from "./hole_skipper.ts";
import { createReadAt, type ReadAt } from "./read_at.ts";
import { LARGEST_BLOCK } from "./pace.ts";
import type { Searchable } from "./seek_by_time.ts";
import type { Position } from "./types.ts";
import {
  markLength,
  mayBeginMark,
  narrowReadAt,
  readWideOrder,
  WideText,
} from "./wide_text.ts";

/** One buffer for all files: reading and handing over are synchronous, so only one file uses it at a time. */
const BLOCK = new Uint8Array(LARGEST_BLOCK);

/** An open file, the place reached in it, and the incomplete line there. */
export class FileReader implements EarlierLog {
  readonly hasMore = false;
  /** Which file is open, or which one the open one is a copy of. */
  readonly identity: FileIdentity;
  readonly #own: FileIdentity;
  /** Reads anywhere in it. */
  readonly readAt: ReadAt;
  readonly #file: Deno.FsFile;
  readonly #splitter: HoleSkipper;
  /** Never changed in place, since positions share it. */
  #head: Uint8Array = new Uint8Array(0);
  #offset = 0;
  /** Where a byte stands that was read and was not 0. */
  #textAt: number | undefined;
  #writtenMs: number;
  #isStale = false;
  #isClosed = false;
  /** Absent before the first byte is read, and where a byte is a byte. */
  #wide: WideText | undefined;
  #isMarkRead = false;

  /**
   * Opens a file at its beginning.
   *
   * @param maxLineBytes longest line that is handed out
   * @param original which file it holds the content of, where it is a copy: places are told as if in the original
   * @throws {Deno.errors.NotFound | Deno.errors.PermissionDenied | Deno.errors.NotCapable} as `Deno.openSync`
   * @throws {TypeError} when it is not a regular file
   */
  constructor(path: string, maxLineBytes: number, original?: FileIdentity) {
    // Asked before opening, since opening a named pipe would wait for its writer.
    requireRegular(path, Deno.statSync(path));
    this.#file = Deno.openSync(path);
    try {
      const stat = this.#file.statSync();
      this.#own = identify(stat);
      this.#writtenMs = timeOf(stat);
      this.identity = original ?? this.#own;
    } catch (error) {
      this.#file.close();
      throw error;
    }
    this.readAt = createReadAt(this.#file);
    this.#splitter = new HoleSkipper(maxLineBytes);
  }

  /** Whether it holds the content of another file. */
  get isCopy(): boolean {
    return !isSameFile(this.#own, this.identity);
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

  /** When it was written to last, in milliseconds since 1970. */
  get modifiedMs(): number {
    return timeOf(this.#file.statSync());
  }

  /** As `modifiedMs`, when it was opened or found to be as it was for the last time. */
  get writtenMs(): number {
    return this.#writtenMs;
  }

  /** Lines left out so far. */
  get overlongLines(): number {
    return this.#splitter.overlongLines;
  }

  /** Bytes of the incomplete last line. */
  get pendingBytes(): number {
    return (this.#wide ?? this.#splitter).pendingBytes;
  }

  /** Its first bytes, as far as they were read. */
  get head(): Uint8Array {
    return this.#head;
  }

  get freshHead(): Uint8Array {
    return this.#isClosed ? this.#head : this.#readHead().slice();
  }

  /** Whether the last read met content that was written anew, and left it alone. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** Whether anything was read, since the beginning or the last restart. */
  get hasRead(): boolean {
    return this.#offset > 0;
  }

  /** The place behind the last line that was handed out or left out. */
  get position(): Position {
    return this.#positionAt(this.#offset - this.pendingBytes);
  }

  /** Goes on from `offset`, which begins a line; from the end of a copy that does not go so far. */
  moveTo(offset: number): void {
    this.#offset = this.isCopy ? Math.min(offset, this.size) : offset;
    this.#head = this.#readHead().slice();
  }

  /** Whether it is that file which is open. */
  isOpen(file: FileIdentity): boolean {
    return isSameFile(this.#own, file);
  }

  /**
   * Looks whether this is the file that a position was in: another one may have its inode, or it was written anew.
   */
  holds({ device, inode, offset, head }: Position): boolean {
    if (!isSameFile({ device, inode }, this.identity)) return false;
    return offset <= this.size && this.#holdsText(head, offset);
  }

  /**
   * Looks whether this is a copy of the file that a position was in, made before that was truncated: what was written, and
   * read, in between is not in it.
   */
  isCopyOf({ offset, head }: Position): boolean {
    return head.length > 0 &&
      this.#holdsText(head, Math.min(offset, this.size));
  }

  /** By what the open file is known again, also when it is a copy; without looking at it. */
  get mark(): FileMark {
    return { ...this.#own, head: this.#isClosed ? this.#head : undefined };
  }

  /** Looks whether the file that is open is the marked one. */
  isMarked(mark: FileMark): boolean {
    if (!isSameFile(mark, this.#own)) return false;
    if (mark.head === undefined) return true;
    const head = this.#readHead();
    return startsWith(head, mark.head) &&
      (head.length === 0 || mark.head.length > 0);
  }

  /** Looks whether the other one begins as this one does now, or did when it was read: then it is a copy of it. */
  beginsLike(other: FileReader): boolean {
    const head = other.freshHead;
    if (head.length === 0) return false;
    return [this.#head, this.#readHead()].some((own) =>
      own.length > 0 && startsWith(own, head)
    );
  }

  /**
   * Looks whether the content that was read is still there: a file that was truncated is shorter, or begins differently
   * when it has grown again meanwhile.
   */
  isRewritten(): boolean {
    const stat = this.#file.statSync();
    if (stat.size < this.#offset) return true;
    const fresh = this.#readHead();
    if (!startsWith(fresh, this.#head)) return true;
    if (this.#textAt !== undefined && this.#isHoleAt(this.#textAt)) return true;
    this.#writtenMs = timeOf(stat);
    if (fresh.length > this.#head.length) this.#head = fresh.slice();
    return false;
  }

  /** Begins again at 0, after the content was truncated away; what was incomplete then is handed over to `sink`. */
  restart(sink: ReaderSink): void {
    this.#offset = 0;
    this.flush(sink);
    this.#head = new Uint8Array(0);
    this.#textAt = undefined;
    this.#isStale = false;
    this.#isMarkRead = false;
    this.#wide = undefined;
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
    // Truncated since somebody looked, and grown again: what was read may be the middle of other text.
    this.#isStale = length > 0 && this.isRewritten();
    if (this.#isStale) return 0;
    const block = BLOCK.subarray(0, length);
    const start = this.#offset;
    if (start === this.#head.length) this.#head = extendHead(this.#head, block);
    this.#offset += length;
    if (length > 0 && block[length - 1] !== 0) this.#textAt = this.#offset - 1;
    this.#cut(block, start, sink);
    return length;
  }

  /** @param start place of the block in the file */
  #cut(block: Uint8Array, start: number, sink: ReaderSink): void {
    const mark = start === 0 ? markLength(block) : 0;
    const text = block.subarray(mark);
    if (text.length === 0) return;
    const from = start + mark;
    if (this.#wide === undefined) {
      this.#splitter.push(
        text,
        (lines, end) => sink(lines, this.#positionAt(from + end)),
      );
      return;
    }
    this.#wide.push(text, {
      start: from,
      splitter: this.#splitter,
      sink: (lines, offset) => sink(lines, this.#positionAt(offset)),
    });
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
    this.#isClosed = true;
    this.#file.close();
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

  #holdsText(head: Uint8Array, offset: number): boolean {
    if (this.#isHoleAt(offset - 1)) return false;
    const fresh = this.#readHead();
    return fresh.length >= head.length && startsWith(fresh, head);
  }

  /** Files with a hole at their beginning all begin alike: there a byte of text tells whether it is the same. */
  #isHoleAt(offset: number): boolean {
    if (offset < 0 || this.#readHead()[0] !== 0) return false;
    return this.readAt(ONE, offset) === 1 && ONE[0] === 0;
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

const ONE = new Uint8Array(1);

function timeOf({ mtime }: Deno.FileInfo): number {
  return mtime?.getTime() ?? 0;
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
