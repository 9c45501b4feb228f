/**
 * What a source gives: whole lines as bytes, and where they stood.
 *
 * @module
 */

import type { ReceiverCounts } from "./syslog_receiver.ts";

/** A place in a file that survives a rename. */
export interface Position {
  readonly device: number;
  readonly inode: number;
  /** Bytes from the beginning; everything before was handed out. */
  readonly offset: number;
  /** The file's first bytes, up to 256: another file may get the inode, and this one may be written anew. */
  readonly head: Uint8Array;
}

/** A place in the systemd journal. */
export interface Cursor {
  /** What the journal calls it: `s=…;i=5d1;b=…;m=…;t=…;x=…`. */
  readonly cursor: string;
  /** When the entry there was written, seconds since 1970: all that helps where the entry is gone. */
  readonly timeSeconds: number;
}

/** Of lines that stand in no file. */
export const NO_POSITION: Position = {
  device: 0,
  inode: 0,
  offset: 0,
  head: new Uint8Array(0),
};

/** Bytes of whole lines, valid only during the call that hands them over. */
export interface Chunk {
  /** The path as configured; of the journal `journal:` and its match. */
  readonly source: string;
  /** One or more lines, each ended by `\n`; only the last line of a file that was rotated away may lack it. */
  readonly bytes: Uint8Array;
  /** The place behind the last byte, in the file that they stand in; absent where they stand in none. */
  readonly position?: Position;
  /** Whether these lines were in the file before the source first reached its end: old lines, dated by their own time. */
  readonly isCatchUp: boolean;
  /** Whether an earlier run would have read these lines had it not ended: they count by their own time, however old. */
  readonly isResumed?: boolean;
  /** Whether these lines were there when the log was met for the first time: each jail says from when on they count. */
  readonly isFirstSight?: boolean;
  /** Whether the bytes are others than those in the file: no line can be found there again by its place. */
  readonly isRecoded?: boolean;
  /** Seconds since 1970 of all its lines, where the source knows them (the journal): no date is then looked for. */
  readonly timeSeconds?: number;
}

/** Receives chunks, one at a time and in order. */
export type ChunkSink = (chunk: Chunk) => void;

/** Something that lines come from. */
export interface Source {
  /** The path as configured. */
  readonly path: string;
  /** Begins to hand out chunks; resolves once the source watches (or waits for its file). */
  start(sink: ChunkSink): Promise<void>;
  /** Ends it; no chunk comes afterwards. */
  stop(): Promise<void>;
  /** For `status`. */
  describe(): SourceStatus;
}

/** What a receiver of syslog got. */
export interface SyslogCounts extends ReceiverCounts {
  /** Messages that were taken. */
  readonly messages: number;
}

/** What a source is doing now. */
export interface SourceStatus {
  readonly path: string;
  readonly state: "watching" | "waiting" | "failed" | "stopped";
  /** Why it waits or failed. */
  readonly reason?: string;
  readonly bytesRead: number;
  /** Lines left out because they were longer than the limit. */
  readonly overlongLines: number;
  readonly rotations: number;
  /** Whether files are open that bore the path before, while none bears it now; absent where that is not so. */
  readonly holdsFile?: boolean;
  /** Lines that should have held JSON, of those that were looked at; absent where no jail wants any. */
  readonly notJson?: number;
  /** Of a receiver of syslog. */
  readonly syslog?: SyslogCounts;
}
