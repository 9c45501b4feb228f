/**
 * The entries of the journal that some jails want, on their way to them.
 *
 * @module
 */

import {
  formatJournalMatch,
  type JournalMatch,
} from "../config/journal_match.ts";
import { isAfter } from "./cursor_order.ts";
import type { EntryView } from "./export_parser.ts";
import { compileMatch, readText } from "./journal_fields.ts";
import { LineBuffer, readTimeSeconds } from "./journal_line.ts";
import type { ChunkSink, Cursor } from "./types.ts";

/** Lines of one chunk; more go in the next. */
const MAX_CHUNK_BYTES = 256 * 1024;

/** What is to be read, and for whom. */
export interface StreamOptions {
  /** Stands for the path of a log. */
  readonly path: string;
  readonly match: JournalMatch;
  /** Where an earlier run, or this one before a reload, read to. */
  readonly resumeAfter: Cursor | undefined;
  /** How far back entries still count where there is no such place. */
  readonly recentSeconds: number;
  /** When it began, in seconds since 1970: what is older was there before us. */
  readonly beginSeconds: number;
  readonly sink: ChunkSink;
}

/** Gathers lines of the same second, and remembers how far it was read. */
export class JournalStream {
  readonly path: string;
  readonly match: JournalMatch;
  bytesRead = 0;
  overlongLines = 0;
  readonly #options: StreamOptions;
  readonly #lines = new LineBuffer();
  #handled: Cursor | undefined;
  #timeSeconds = NaN;
  #test: (entry: EntryView) => boolean = () => false;
  /** The last entry that was taken, or handed over in an earlier run. */
  #last: string | undefined;

  constructor(options: StreamOptions) {
    this.path = options.path;
    this.match = options.match;
    this.#options = options;
    this.#handled = options.resumeAfter;
    this.#last = this.#handled?.cursor;
  }

  /** The place up to which everything was handed over. */
  get handled(): Cursor | undefined {
    return this.#handled;
  }

  /** Where to begin when there is no cursor to go by. */
  get sinceSeconds(): number {
    const { beginSeconds, recentSeconds } = this.#options;
    return this.#handled?.timeSeconds ?? beginSeconds - recentSeconds;
  }

  /** Another output begins; it may repeat some entries. */
  rewind(fields: readonly string[]): void {
    this.#lines.clear();
    this.#test = compileMatch(this.match, fields);
    this.#last = this.#handled?.cursor;
  }

  /** Takes an entry where it fits, and hands lines over where the entry is of another second. */
  take(entry: EntryView): void {
    if (!this.#test(entry)) return;
    const cursor = readText(entry, "__CURSOR");
    if (this.#last !== undefined && !isAfter(cursor, this.#last)) return;
    this.#last = cursor;
    if (entry.isCut) {
      this.overlongLines++;
      return;
    }
    const time = readTimeSeconds(entry);
    const isFull = this.#lines.length > MAX_CHUNK_BYTES;
    if (time !== this.#timeSeconds || isFull) this.handOver();
    this.#timeSeconds = time;
    this.#lines.add(entry);
  }

  /** Hands over what was taken. */
  handOver(): void {
    const { bytes } = this.#lines;
    if (bytes.length === 0) return;
    this.bytesRead += bytes.length;
    const { path, sink, beginSeconds, resumeAfter } = this.#options;
    const timeSeconds = this.#timeSeconds;
    const isCatchUp = timeSeconds < Math.floor(beginSeconds);
    this.#lines.clear();
    sink({
      source: path,
      bytes,
      isCatchUp,
      isResumed: isCatchUp && resumeAfter !== undefined,
      timeSeconds,
    });
  }

  /**
   * Everything up to there was handed over.
   *
   * @returns whether that is new: entries that were handed over before may come again
   */
  settle(cursor: Cursor): boolean {
    const last = this.#handled?.cursor;
    if (last !== undefined && !isAfter(cursor.cursor, last)) return false;
    this.#handled = cursor;
    return true;
  }
}

/** @returns the match as `status` and logs show it */
export function describeMatch(match: JournalMatch): string {
  return match.length === 0 ? "every entry" : formatJournalMatch(match);
}
