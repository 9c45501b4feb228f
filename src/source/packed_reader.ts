/**
 * Reads a rotated log that was packed since, from the place on that was reached while it was plain.
 *
 *     saved: auth.log, inode 7, 5,000 bytes, head "Nov 25 …"      now: auth.log.2.gz, which unpacks to "Nov 25 …"
 *     read: what auth.log.2.gz unpacks to, from 5,000
 *
 * @module
 */

import { ArchiveError } from "./archive/archive_error.ts";
import { archiveKind, MAGIC_BYTES } from "./archive/archive_kind.ts";
import type { EarlierLog, FileMark, ReaderSink } from "./earlier_log.ts";
import { extendHead, HEAD_BYTES } from "./file_head.ts";
import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";
import { HoleSkipper } from "./hole_skipper.ts";
import { hasPlain, type RotatedFile } from "./rotated_files.ts";
import type { Position } from "./types.ts";

/** Packed bytes read at a time: a piece may unpack a thousandfold. */
const PACKED_BYTES = 32 << 10;

const EMPTY = new Uint8Array(0);

/** How a packed log is read. */
export interface PackedReaderOptions {
  readonly path: string;
  /** Longest line that is handed out. */
  readonly maxLineBytes: number;
  /** Where to go on, in the file that was packed; default: at the beginning. */
  readonly position?: Position | undefined;
  /** Says by how it begins whether it was read under another name; default: it was not. */
  readonly isKnown?: (head: Uint8Array) => boolean;
  /** Told once where it cannot be unpacked to its end. */
  readonly onDamage: (path: string, error: unknown) => void;
}

/** A packed log, unpacked piece by piece while others get their turn. */
class PackedReader implements EarlierLog {
  readonly #options: PackedReaderOptions;
  readonly #file: Deno.FsFile;
  readonly #own: FileIdentity;
  readonly #identity: FileIdentity;
  readonly #splitter: HoleSkipper;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #head: Uint8Array = EMPTY;
  /** Unpacked, and not read yet. */
  #piece: Uint8Array = EMPTY;
  #isAsked = false;
  #isEnded = false;
  #isClosed = false;
  /** Unpacked bytes that were passed over or read. */
  #offset = 0;

  /**
   * Opens it; nothing is unpacked before the first read.
   *
   * @throws what `Deno.openSync` throws
   */
  constructor(options: PackedReaderOptions) {
    this.#options = options;
    this.#file = Deno.openSync(options.path);
    this.#own = identify(this.#file.statSync());
    this.#identity = options.position ?? this.#own;
    this.#splitter = new HoleSkipper(options.maxLineBytes);
    this.#pieces = unpackFile(this.#file);
  }

  get mark(): FileMark {
    return { ...this.#own, head: this.#head };
  }

  get freshHead(): Uint8Array {
    return this.#head;
  }

  get overlongLines(): number {
    return this.#splitter.overlongLines;
  }

  get hasMore(): boolean {
    return !this.#isEnded || this.#piece.length > 0;
  }

  read(sink: ReaderSink, most: number): number {
    if (this.#piece.length === 0) this.#ask();
    const block = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(block.length);
    const start = this.#offset;
    this.#offset += block.length;
    this.#splitter.push(
      block,
      (lines, end) => sink(lines, this.#positionAt(start + end)),
    );
    return block.length;
  }

  flush(sink: ReaderSink): void {
    this.#splitter.flush((lines) =>
      sink(lines, this.#positionAt(this.#offset))
    );
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isEnded = true;
    this.#file.close();
    void this.#endUnpacking();
  }

  /** One piece at a time; it is there at some later read. */
  #ask(): void {
    if (this.#isAsked || this.#isEnded) return;
    this.#isAsked = true;
    void this.#takePiece();
  }

  async #takePiece(): Promise<void> {
    try {
      const { value, done } = await this.#pieces.next();
      if (done === true) this.#isEnded = true;
      else this.#keep(value);
    } catch (error) {
      if (!this.#isClosed) this.#options.onDamage(this.#options.path, error);
      this.#isEnded = true;
    }
    this.#isAsked = false;
  }

  #keep(piece: Uint8Array): void {
    if (this.#isClosed) return;
    this.#head = extendHead(this.#head, piece);
    const { position, isKnown } = this.#options;
    if (this.#offset === 0 && isKnown?.(this.#head) === true) {
      this.#isEnded = true;
      return;
    }
    const left = Math.max(0, (position?.offset ?? 0) - this.#offset);
    this.#piece = piece.subarray(left);
    this.#offset += piece.length - this.#piece.length;
  }

  async #endUnpacking(): Promise<void> {
    try {
      await this.#pieces.return(undefined);
    } catch {
      // It was waiting for more of a file that is closed now.
    }
  }

  #positionAt(offset: number): Position {
    const { device, inode } = this.#identity;
    return { device, inode, offset, head: this.#head };
  }
}

/**
 * Opens a packed file that was listed.
 *
 * @throws when it is another file by now, is still being packed, or cannot be opened
 */
export function openPacked(
  file: RotatedFile,
  options: Omit<PackedReaderOptions, "path">,
): EarlierLog {
  const { path } = file;
  const reader = new PackedReader({ ...options, path });
  // Only when all is packed is the plain file removed.
  if (isSameFile(reader.mark, file) && !hasPlain(file)) return reader;
  reader.close();
  throw new Error(`Cannot open "${path}": it is being rotated`);
}

/**
 * Unpacks as much as tells a file from others.
 *
 * @returns what it unpacks to, up to HEAD_BYTES; nothing where it cannot be unpacked
 */
export async function unpackHead(path: string): Promise<Uint8Array> {
  let head: Uint8Array = EMPTY;
  try {
    using file = Deno.openSync(path);
    for await (const piece of unpackFile(file)) {
      head = extendHead(head, piece);
      if (head.length === HEAD_BYTES) break;
    }
  } catch {
    // What was unpacked before the damage tells as much.
  }
  return head;
}

async function* unpackFile(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  const first = new Uint8Array(MAGIC_BYTES);
  const kind = archiveKind(first.subarray(0, file.readSync(first) ?? 0));
  if (kind === "plain") {
    throw new ArchiveError("it is no archive, expected one by its name");
  }
  file.seekSync(0, Deno.SeekMode.Start);
  // Most logs are not packed, and most daemons never need it.
  const { unpack } = await import("./archive/unpack.ts");
  yield* unpack(readPacked(file), kind);
}

async function* readPacked(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PACKED_BYTES);
  for (;;) {
    const length = file.readSync(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}
