/**
 * Reads a log to its end, whatever it is packed with, step by step.
 *
 * @module
 */

import type { BlockReader } from "../../source/block_reader.ts";
import { archiveKind, MAGIC_BYTES } from "../../source/archive/archive_kind.ts";
import type { LogInput } from "./log_input.ts";
import type { PackedBytes } from "../../source/archive/unpack.ts";

/** How a log is read. */
export interface ReadLogOptions {
  /** Receives its lines. */
  readonly reader: BlockReader;
  /** Told of bytes of the log as it lies on the disk. */
  readonly onBytes: (count: number) => void;
  /** Says where to begin in a file that is not packed; absent: at its beginning. */
  readonly findStart: ((file: Deno.FsFile, size: number) => number) | undefined;
}

/** Packed bytes read at a time: a piece that unpacks a thousandfold must not be felt. */
const PACKED_BYTES = 8 << 10;

/**
 * Reads all of it; the caller may stop after any step.
 *
 * @throws {ArchiveError} for a damaged archive, after everything that could be unpacked
 * @throws what reading throws
 */
export async function* readLog(
  log: LogInput,
  options: ReadLogOptions,
): AsyncGenerator<void> {
  const head = await readHead(log);
  options.onBytes(head.length);
  const kind = archiveKind(head);
  if (kind === "plain") {
    yield* readPlain(log, { ...options, head });
  } else {
    const { unpack } = await import("../../source/archive/unpack.ts");
    const packed = readPacked(log, head, options.onBytes);
    for await (const bytes of unpack(packed, kind)) {
      options.reader.push(bytes);
      yield;
    }
  }
  options.reader.flush();
}

async function* readPlain(
  log: LogInput,
  { head, reader, onBytes, findStart }: ReadLogOptions & {
    readonly head: Uint8Array;
  },
): AsyncGenerator<void> {
  if (findStart && log.file && log.size !== undefined) {
    const start = findStart(log.file, log.size);
    log.file.seekSync(start, Deno.SeekMode.Start);
    onBytes(start - head.length);
  } else reader.push(head);
  for (;;) {
    const result = log.read(reader.space);
    const length = typeof result === "number" ? result : await result;
    if (length === 0) return;
    onBytes(length);
    reader.take(length);
    yield;
  }
}

async function* readPacked(
  log: LogInput,
  head: Uint8Array,
  onBytes: (count: number) => void,
): PackedBytes {
  yield head;
  const buffer = new Uint8Array(PACKED_BYTES);
  for (;;) {
    const length = await log.read(buffer);
    if (length === 0) return;
    onBytes(length);
    yield buffer.subarray(0, length);
  }
}

/** A pipe may give its first bytes one by one. */
async function readHead(log: LogInput): Promise<Uint8Array> {
  const head = new Uint8Array(MAGIC_BYTES);
  let length = 0;
  while (length < head.length) {
    const read = await log.read(head.subarray(length));
    if (read === 0) break;
    length += read;
  }
  return head.subarray(0, length);
}
