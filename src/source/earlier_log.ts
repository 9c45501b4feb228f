/**
 * A file that bore a log's path before, as far as it is left to be read.
 *
 * @module
 */

import type { FileIdentity } from "./file_identity.ts";
import type { Position } from "./types.ts";

/** By what a file is known again: its name may change, and its number be given to another one. */
export interface FileMark extends FileIdentity {
  /** Its first bytes, as far as they were read; absent while it is held open, for then no other file gets its number. */
  readonly head?: Uint8Array | undefined;
}

/** Receives whole lines, valid only during the call, and the place behind them. */
export type ReaderSink = (lines: Uint8Array, position: Position) => void;

/** An open file that is read to its end once, packed or not. */
export interface EarlierLog {
  /** By what it is known again. */
  readonly mark: FileMark;
  /** Its first bytes, as far as they are there while it is open, and as far as they were read when it is closed. */
  readonly freshHead: Uint8Array;
  /** Lines left out so far. */
  readonly overlongLines: number;
  /** Whether more may come though less was read than was asked for: it is unpacked beside the way. */
  readonly hasMore: boolean;
  /**
   * Reads one block and hands its whole lines over.
   *
   * @param most bytes, up to LARGEST_BLOCK
   * @returns bytes read; 0 at the end, or while more is unpacked
   */
  read(sink: ReaderSink, most: number): number;
  /** Hands the incomplete last line over, for nothing will complete it. */
  flush(sink: ReaderSink): void;
  /** Closes the file; what is incomplete is lost. */
  close(): void;
}
