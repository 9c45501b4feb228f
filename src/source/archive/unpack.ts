/**
 * Unpacks archives as they are read, a bounded piece at a time.
 *
 * @module
 */

import { createGunzip } from "node:zlib";
import { ZSTDDecoder } from "zstddec/stream";
import { ArchiveError } from "./archive_error.ts";
import type { ArchiveKind } from "./archive_kind.ts";

/** Packed bytes in a row, to the archive's end; each is valid until the next is asked for. */
export type PackedBytes = AsyncIterable<Uint8Array>;

const UNPACKED_BYTES = 256 << 10;

/**
 * Unpacks to the end; archives that were put behind each other are one.
 *
 * @returns pieces of any size
 * @throws {ArchiveError} after everything that could be unpacked
 */
export function unpack(
  packed: PackedBytes,
  kind: Exclude<ArchiveKind, "plain">,
): AsyncIterable<Uint8Array> {
  if (kind === "gzip") return unpackGzip(packed);
  if (kind === "zstd") return unpackZstd(packed);
  throw new ArchiveError(
    `it is packed with ${kind}, expected plain text, gzip or zstd`,
  );
}

/**
 * A loop over the stream itself would lose what it has unpacked when it meets the damage: here each piece is awaited
 * with all that came of it.
 */
async function* unpackGzip(packed: PackedBytes): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: UNPACKED_BYTES });
  let unpacked: Uint8Array[] = [];
  gunzip.on("data", (bytes: Uint8Array) => unpacked.push(bytes));
  const failed = new Promise<Error>((resolve) => gunzip.on("error", resolve));
  const ended = new Promise<void>((resolve) => gunzip.on("end", resolve));
  async function* takeAfter(done: Promise<Error | void>) {
    const error = await Promise.race([failed, done]);
    const taken = unpacked;
    unpacked = [];
    yield* taken;
    if (error instanceof Error) throw gzipError(error);
  }
  try {
    for await (const bytes of packed) {
      yield* takeAfter(
        new Promise((resolve) =>
          gunzip.write(bytes, (error) => resolve(error ?? undefined))
        ),
      );
    }
    gunzip.end();
    yield* takeAfter(ended);
  } finally {
    gunzip.destroy();
  }
}

function gzipError(error: Error & { readonly code?: string }): ArchiveError {
  const reason = error.code === "Z_BUF_ERROR"
    ? "it ends in the middle of the archive"
    : "the archive is damaged";
  return new ArchiveError(reason, { cause: error });
}

/**
 * The runtime's own decoder passes over half a frame and over all but the first one in silence, and throws past its
 * stream on damage; so a WebAssembly build of the reference decoder does it (docs/decisions/0011).
 */
async function* unpackZstd(packed: PackedBytes): AsyncGenerator<Uint8Array> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const source = packed[Symbol.asyncIterator]();
  let next: Uint8Array | undefined;
  let barren = 0;
  const unpacked = decoder.decodeStreaming(takeNext());
  for (let isEnded = false; barren < MAX_BARREN;) {
    // The decoder asks for at most one piece between two of its own.
    if (next === undefined && !isEnded) {
      const { value, done } = await source.next();
      if (done === true) isEnded = true;
      else next = value;
    }
    const bytes = nextUnpacked(unpacked);
    if (bytes === undefined) return;
    barren = bytes.length === 0 ? barren + 1 : 0;
    if (bytes.length > 0) yield bytes;
  }
  throw new ArchiveError("the archive is damaged");

  function* takeNext(): Generator<Uint8Array> {
    while (next !== undefined) {
      const bytes = next;
      next = undefined;
      barren = 0;
      yield bytes;
    }
  }
}

/** The decoder meets damage by giving nothing, for ever. Frames without content give nothing too; in one piece there are fewer. */
const MAX_BARREN = 10_000;

function nextUnpacked(unpacked: Generator<Uint8Array>): Uint8Array | undefined {
  try {
    const { value, done } = unpacked.next();
    return done === true ? undefined : value;
  } catch (error) {
    throw new ArchiveError(
      "it ends in the middle of the archive, or is damaged at its end",
      { cause: error },
    );
  }
}
