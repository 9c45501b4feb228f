/**
 * Follows one journal for all jails that read it: one `journalctl` with the union of what they want.
 *
 * An entry goes to each stream whose match fits. The place in the journal is told once all of them are done with what came
 * together: whoever stores it with what the entries led to gets each of them exactly once.
 *
 * @module
 */

import { JOURNALCTL, toMatchArguments } from "../config/journal_match.ts";
import type { JournalPlace } from "../config/types.ts";
import type { Logger } from "../util/log.ts";
import { toCursor } from "./cursor_order.ts";
import { type EntryView, ExportParser } from "./export_parser.ts";
import { findValue, listFields } from "./journal_fields.ts";
import { type JournalRun, startJournalRun } from "./journal_run.ts";
import { describeMatch, type JournalStream } from "./journal_stream.ts";
import type { JournalWake } from "./journal_wake.ts";
import type { Cursor, SourceStatus } from "./types.ts";

/** Longest message that becomes a line, as for files. */
const MAX_VALUE_BYTES = 1024 * 1024;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 30_000;

/** After so long a run counts as a good one. */
const SOUND_MS = 10_000;

/** Which journal, and who is told. */
export interface JournalReaderOptions {
  /** Absent: the machine's own. */
  readonly place: JournalPlace | undefined;
  readonly log: Logger;
  /** Everything up to there was handed over to these streams. */
  readonly onSettled: (paths: readonly string[], cursor: Cursor) => void;
  /** Makes the journal tell at once what is new; absent: it does so after up to half a second. */
  readonly wake?: JournalWake | undefined;
  /** Default `JOURNALCTL`. */
  readonly program?: string | undefined;
}

type State = Pick<SourceStatus, "state" | "reason">;

/** Reads while it has streams. */
export class JournalReader {
  readonly #options: JournalReaderOptions;
  readonly #streams = new Set<JournalStream>();
  /** Those that the running process reads for. */
  #served: readonly JournalStream[] = [];
  #run: JournalRun | undefined;
  readonly #endings = new Set<Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: State = { state: "waiting", reason: "not started" };
  #retryMs = FIRST_RETRY_MS;
  #isFailureSaid = false;
  #isSinkErrorSaid = false;
  /** The last entry's cursor in the buffer of its parser. */
  readonly #cursor = { from: 0, to: 0 };
  /** Whether the running process gave anything. */
  #hasEntries = false;
  /** Whether the journal did not take our cursor the last time. */
  #isCursorBad = false;

  /** Starts nothing yet. */
  constructor(options: JournalReaderOptions) {
    this.#options = options;
  }

  /** Adds a stream; those that are added together begin together. */
  add(stream: JournalStream): void {
    this.#streams.add(stream);
    this.#beginIn(0);
  }

  /** Ends a stream at once; the others are read on. */
  async remove(stream: JournalStream): Promise<void> {
    this.#streams.delete(stream);
    this.#served = this.#served.filter((each) => each !== stream);
    this.#beginIn(0);
    if (this.#streams.size > 0) return;
    clearTimeout(this.#timer);
    this.#endRun();
    this.#options.wake?.close();
    await Promise.all(this.#endings);
  }

  /** @returns what `status` says of a stream */
  describe({ match, bytesRead, overlongLines }: JournalStream): SourceStatus {
    const path = `${describePlace(this.#options.place)}: ${
      describeMatch(match)
    }`;
    return { path, ...this.#state, bytesRead, overlongLines, rotations: 0 };
  }

  #beginIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), delayMs);
  }

  #begin(): void {
    this.#endRun();
    const streams = this.#served = [...this.#streams];
    const matches = streams.map(({ match }) => match);
    const fields = listFields(matches);
    for (const stream of streams) stream.rewind(fields);
    const parser = new ExportParser({
      fields,
      maxValueBytes: MAX_VALUE_BYTES,
      onEntry: (entry) => this.#dispatch(entry),
    });
    const { place, wake, program = JOURNALCTL } = this.#options;
    const folder = wake?.open(() => this.#beginIn(0));
    const begunMs = performance.now();
    const run = startJournalRun(program, {
      args: [
        ...outputArguments(fields),
        ...placeArguments(place ?? (folder === undefined ? {} : { folder })),
        startArgument(streams, this.#isCursorBad),
        ...toMatchArguments(matches),
      ],
      onOutput: (piece) => {
        parser.push(piece);
        this.#settle(parser.bytes);
      },
    });
    this.#run = run;
    this.#hasEntries = false;
    this.#state = { state: "watching" };
    const ending = run.ended.then((reason) => {
      this.#endings.delete(ending);
      if (this.#run === run) this.#handleEnd(reason, begunMs);
    });
    this.#endings.add(ending);
  }

  #endRun(): void {
    this.#run?.kill();
    this.#run = undefined;
  }

  #dispatch(entry: EntryView): void {
    const cursor = findValue(entry, "__CURSOR");
    if (cursor < 0) return;
    this.#cursor.from = entry.starts[cursor] ?? 0;
    this.#cursor.to = entry.ends[cursor] ?? 0;
    for (const stream of this.#served) {
      this.#guard(() => stream.take(entry));
    }
  }

  /** What came together is handed over; then it is said how far that is. */
  #settle(bytes: Uint8Array): void {
    const { from, to } = this.#cursor;
    if (from === to) return;
    this.#cursor.to = from;
    const text = DECODER.decode(bytes.subarray(from, to));
    for (const stream of this.#served) this.#guard(() => stream.handOver());
    const cursor = toCursor(text);
    const paths = this.#served.filter((stream) => stream.settle(cursor))
      .map(({ path }) => path);
    if (paths.length > 0) {
      this.#guard(() => this.#options.onSettled(paths, cursor));
    }
    this.#handleSuccess();
  }

  #handleSuccess(): void {
    this.#hasEntries = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#isCursorBad = false;
    if (!this.#isFailureSaid) return;
    this.#isFailureSaid = false;
    this.#options.log.info("Journal is read again");
  }

  #handleEnd(reason: string, begunMs: number): void {
    const isSound = performance.now() - begunMs > SOUND_MS;
    if (isSound) this.#handleSuccess();
    else if (!this.#hasEntries) this.#isCursorBad = !this.#isCursorBad;
    if (!this.#isFailureSaid) {
      this.#isFailureSaid = true;
      this.#options.log.error("Cannot read journal, try again", { reason });
    }
    this.#state = { state: "failed", reason };
    this.#beginIn(this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }

  /** A stage that fails must not end the reading: the next entries may do it good. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (this.#isSinkErrorSaid) return;
      this.#isSinkErrorSaid = true;
      this.#options.log.error("Cannot handle journal entries", {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

const DECODER = new TextDecoder();

function outputArguments(fields: readonly string[]): string[] {
  // What begins with two underscores is written in any case.
  const asked = fields.filter((field) => !field.startsWith("__"));
  return [
    ...["--follow", "--no-tail", "--quiet", "--no-pager"],
    ...["--output=export", `--output-fields=${asked.join(",")}`],
  ];
}

function placeArguments(place: JournalPlace | Record<string, never>): string[] {
  if ("folder" in place) return [`--directory=${place.folder}`];
  if ("files" in place) return place.files.map((file) => `--file=${file}`);
  return "namespace" in place ? [`--namespace=${place.namespace}`] : [];
}

/**
 * From the place that all know, or else from the earliest time: what comes twice is left out by each stream. Not
 * `--after-cursor`: where the entry at the cursor was vacuumed, that passes over the one behind it.
 */
function startArgument(
  streams: readonly JournalStream[],
  isCursorBad: boolean,
): string {
  const [cursor, ...others] = new Set(
    streams.map(({ handled }) => handled?.cursor),
  );
  if (cursor !== undefined && others.length === 0 && !isCursorBad) {
    return `--cursor=${cursor}`;
  }
  const since = Math.min(...streams.map(({ sinceSeconds }) => sinceSeconds));
  return `--since=@${Math.max(0, since).toFixed(6)}`;
}

function describePlace(place: JournalPlace | undefined): string {
  if (place === undefined) return "journal";
  if ("folder" in place) return `journal in ${place.folder}`;
  if ("files" in place) return `journal in ${place.files.join(", ")}`;
  return `journal of ${place.namespace}`;
}
