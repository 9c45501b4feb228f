/**
 * A scratch folder, a tail on a file in it, and what the tail handed out.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createFolderWatches } from "../../src/source/folder_watch.ts";
import { keepBegin, keepPosition } from "../../src/source/keep_position.ts";
import { createTail, type TailOptions } from "../../src/source/tail.ts";
import {
  type Chunk,
  NO_POSITION,
  type Position,
  type Source,
} from "../../src/source/types.ts";
import type { LogFields, Logger, LogLevel } from "../../src/util/log.ts";

/** A chunk, copied, since its bytes are valid only during the call. */
export interface SeenChunk {
  /** One character a byte. */
  readonly text: string;
  readonly position: Position;
  readonly isCatchUp: boolean;
  readonly isResumed: boolean;
}

/** What a logger was told. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** How the tail of a test wakes up. */
export interface WakeOptions {
  /** Milliseconds; default an hour, so that only events wake the tail. */
  readonly pollMs?: number;
  /** Whether events come; default true. */
  readonly hasEvents?: boolean;
}

export type FixtureOptions =
  & WakeOptions
  & Partial<
    Pick<
      TailOptions,
      "start" | "resumeAt" | "maxLineBytes" | "maxBytesPerTurn"
    >
  >;

/** Ways to wake up that must both suffice alone. */
export const WAKES: readonly (WakeOptions & { readonly name: string })[] = [
  { name: "events alone" },
  { name: "polls alone", pollMs: 5, hasEvents: false },
];

/** Gives `use` a scratch folder, and removes it. */
export async function withFolder(
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-tail-" });
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A started tail and its record. */
export interface TailRun {
  readonly tail: Source;
  readonly chunks: SeenChunk[];
  readonly records: LogRecord[];
  /** All text so far. */
  text(): string;
  /** Where the next run is to go on, as the state keeps it: of the file that was read last, and its predecessor. */
  positions(): readonly Position[];
  /** Waits until the text is this. */
  expect(text: string): Promise<void>;
}

/** Gives `use` a started tail on `path`, and stops it. */
export async function withTail(
  path: string,
  options: FixtureOptions,
  use: (run: TailRun) => Promise<void>,
): Promise<void> {
  const { log, records } = createRecordingLogger();
  const chunks: SeenChunk[] = [];
  const watches = createFolderWatches({ log, ...pickWatchOptions(options) });
  let positions = options.resumeAt ?? [];
  const tail = createTail({
    ...{ start: "end", ...options },
    ...{ path, watches, log },
    onBegin: (position) => positions = keepBegin(positions, position),
  });
  const text = () => chunks.map((chunk) => chunk.text).join("");
  await tail.start((chunk) => {
    chunks.push(copyChunk(chunk));
    if (chunk.position) positions = keepPosition(positions, chunk.position);
  });
  try {
    await use({
      tail,
      chunks,
      records,
      text,
      positions: () => positions,
      expect: (wanted) => expectText(text, wanted),
    });
  } finally {
    await tail.stop();
  }
}

/** A run that reads `text` from the beginning, and ends. */
export async function readAndStop(
  path: string,
  text: string,
): Promise<readonly Position[]> {
  let positions: readonly Position[] = [];
  await withTail(path, { start: "beginning" }, async (run) => {
    await run.expect(text);
    positions = run.positions();
  });
  return positions;
}

/** @returns options for createFolderWatches that wake as asked */
export function pickWatchOptions(
  { pollMs = 3_600_000, hasEvents = true }: WakeOptions,
) {
  if (hasEvents) return { pollMs };
  return {
    pollMs,
    watchFs: () => {
      throw new Error("Too many open files (os error 24)");
    },
  };
}

/** @returns a logger and what it was told */
export function createRecordingLogger() {
  const records: LogRecord[] = [];
  const record =
    (level: LogLevel) => (message: string, fields: LogFields = {}) => {
      records.push({ level, message, fields });
    };
  const log: Logger = {
    error: record("error"),
    warn: record("warn"),
    info: record("info"),
    debug: record("debug"),
  };
  return { log, records };
}

/** Waits until `condition` holds. */
export async function waitUntil(
  condition: () => boolean,
  explain: () => string = () => "the condition did not come true",
): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(explain());
    await sleep(2);
  }
}

/** Waits some milliseconds: to see that nothing happens. */
export function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Appends bytes, or text with one byte a character. */
export function append(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? toBytes(content) : content;
  const file = Deno.openSync(path, { append: true, create: true });
  writeAll(file, bytes);
  file.close();
}

/** Writes to the end, however little a call takes. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

/** @returns one byte a character */
export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** @returns one character a byte */
export function toText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

function copyChunk(chunk: Chunk): SeenChunk {
  const { position = NO_POSITION, isCatchUp, isResumed = false } = chunk;
  return { text: toText(chunk.bytes), position, isCatchUp, isResumed };
}

async function expectText(text: () => string, wanted: string): Promise<void> {
  await waitUntil(() => text().length >= wanted.length, () => {
    return `handed out ${JSON.stringify(text().slice(0, 2000))}, expected ${
      JSON.stringify(wanted.slice(0, 2000))
    }`;
  });
  assert.equal(text(), wanted);
}

/** Tails a log that is there and empty, in a folder of its own. */
export async function withNewLog(
  use: (run: TailRun, path: string, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    await withTail(path, {}, (run) => use(run, path, folder));
  });
}
