/**
 * Follows one log file under its path, and hands out its lines as they are written.
 *
 * A hint (an event, a poll) starts a turn: `stat` tells what happened, and what is new is read at once, in the call of the
 * event, so that no timer stands between a write and its line. Hints during a turn, and the many that a burst of writes
 * queues, become one more turn at the end of the event loop's round: two looks at the file a round, however many events.
 * Where a turn ended by the clock the next one waits for a timer: the runtime looks at sockets when it has nothing to do, and
 * else once in 61 rounds (`event_interval` of Tokio's scheduler).
 *
 * @module
 */

import { clearImmediate, setImmediate } from "node:timers";
import { basename, dirname, join, resolve } from "node:path/posix";
import { describeFailure } from "./describe_failure.ts";
import type { FileReader } from "./file_reader.ts";
import type { FolderSubscription, FolderWatches } from "./folder_watch.ts";
import { FollowedPath } from "./followed_path.ts";
import { giveWay } from "./give_way.ts";
import { findStart, type StartPosition } from "./start_position.ts";
import type {
  Chunk,
  ChunkSink,
  Position,
  Source,
  SourceStatus,
} from "./types.ts";
import type { Hint } from "./watched_folder.ts";
import type { Logger } from "../util/log.ts";

/** Long enough for any log line that is not an attack on the reader. */
const MAX_LINE_BYTES = 1024 * 1024;

/** A turn ends by the clock before that, but where reading is quick. */
const MAX_BYTES_PER_TURN = 4 * 1024 * 1024;

/** What is tailed, and how. */
export interface TailOptions {
  /** The path as configured; the name may be a symbolic link. */
  readonly path: string;
  /** Wakes the tail; one registry for all tails. */
  readonly watches: FolderWatches;
  /** Told when the tail begins to watch, to wait or to fail. */
  readonly log: Logger;
  /** Where to begin in a file that is there at the start; a file that comes later is read from its beginning. */
  readonly start: StartPosition;
  /**
   * Where an earlier run stopped in the files that bore the path, the older one first; wins over `start` where one of them
   * is found, also under another name.
   */
  readonly resumeAt?: readonly Position[] | undefined;
  /** Told of each file that is begun, and where; the chunks tell how it goes on. */
  readonly onBegin?: (position: Position) => void;
  /** Longest line that is handed out, without its newline; a longer one is left out and counted. Default 1 MiB. */
  readonly maxLineBytes?: number;
  /** Bytes read before the event loop gets its turn; default 4 MiB. */
  readonly maxBytesPerTurn?: number;
}

/**
 * Makes a source of a log file: it survives rotation, truncation, removal and an absent file or folder.
 *
 * @returns a source that does nothing until `start`; it can be started once
 */
export function createTail(options: TailOptions): Source {
  return new Tail(options);
}

type State = Pick<SourceStatus, "state" | "reason">;

class Tail implements Source {
  readonly path: string;
  readonly #options: TailOptions;
  readonly #followed: FollowedPath;
  #sink: ChunkSink | undefined;
  #subscription: FolderSubscription | undefined;
  #target: { path: string; subscription: FolderSubscription } | undefined;
  #closing: Promise<void>[] = [];
  #status: State = { state: "waiting", reason: "not started" };
  #saidState: SourceStatus["state"] | undefined;
  #isSinkErrorSaid = false;
  /** Ends the wait for the next turn. */
  #cancelTurn: (() => void) | undefined;
  #isWoken = false;
  readonly #endRound = (): void => {
    this.#cancelTurn = undefined;
    if (this.#isWoken) this.#takeTurn();
  };
  /** Whether what an earlier run left is found. */
  #isReady = false;
  #seenRotations = 0;
  #checksName = true;

  constructor(options: TailOptions) {
    this.path = options.path;
    this.#options = options;
    this.#followed = new FollowedPath({
      path: options.path,
      maxLineBytes: options.maxLineBytes ?? MAX_LINE_BYTES,
      maxBytesPerTurn: options.maxBytesPerTurn ?? MAX_BYTES_PER_TURN,
      resumeAt: options.resumeAt ?? [],
      findStart: (reader) => this.#findStart(reader),
      onBegin: options.onBegin ?? (() => {}),
      onDamage: (path, error) => this.#sayDamage(path, error),
      sink: (chunk) => this.#handOver(chunk),
    });
  }

  async start(sink: ChunkSink): Promise<void> {
    if (this.#sink || this.#status.state === "stopped") {
      throw new Error(
        `Cannot start tail "${this.path}": it was started before, expected a new one`,
      );
    }
    this.#sink = sink;
    const path = resolve(this.path);
    this.#subscription = this.#options.watches.subscribe(dirname(path), {
      name: basename(path),
      onHint: (hint) => this.#wake(hint),
      onPoll: () => this.#handlePoll(),
    });
    // All tails read into one buffer: never begin a turn within the caller's, which may be another tail's sink.
    await this.#followed.resume();
    this.#isReady = true;
    this.#wake("name");
    this.#sayState();
  }

  async stop(): Promise<void> {
    this.#status = { state: "stopped" };
    this.#cancelTurn?.();
    this.#followed.close();
    this.#forgetTarget();
    if (this.#subscription) this.#closing.push(this.#subscription.close());
    this.#subscription = undefined;
    await Promise.all(this.#closing);
  }

  describe(): SourceStatus {
    const { bytesRead, overlongLines, rotations } = this.#followed;
    return {
      path: this.path,
      ...this.#status,
      bytesRead,
      overlongLines,
      rotations,
      ...(this.#followed.holdsOthersOnly ? { holdsFile: true } : {}),
    };
  }

  #wake(hint: Hint): void {
    if (this.#isStopped || !this.#isReady) return;
    this.#checksName ||= hint === "name";
    if (this.#cancelTurn === undefined) this.#takeTurn();
    else this.#isWoken = true;
  }

  #takeTurn(): void {
    const checksName = this.#checksName;
    this.#checksName = false;
    let hasMore = false;
    this.#isWoken = false;
    const begun = performance.now();
    try {
      hasMore = this.#followed.readTurn(checksName);
      this.#handleSuccess();
    } catch (error) {
      this.#handleFailure(error);
    }
    if (this.#isStopped) return;
    const { isSettled } = this.#followed;
    if (this.#subscription) this.#subscription.hearsAll = !isSettled;
    if (this.#target) this.#target.subscription.hearsAll = !isSettled;
    this.#isWoken ||= hasMore;
    this.#cancelTurn = hasMore
      ? giveWay(this.#endRound, performance.now() - begun)
      : scheduleAtRoundEnd(this.#endRound);
  }

  get #isStopped(): boolean {
    return this.#status.state === "stopped";
  }

  #handlePoll(): void {
    if (!this.#isReady) return;
    // What a poll finds is said at the next one: between a rename and its successor nobody waits yet.
    this.#sayState();
    this.#isSinkErrorSaid = false;
    this.#followed.age();
    this.#wake("name");
  }

  #handleSuccess(): void {
    const { rotations } = this.#followed;
    const isWatching = this.#status.state === "watching";
    if (this.#isStopped || (isWatching && rotations === this.#seenRotations)) {
      return;
    }
    this.#seenRotations = rotations;
    this.#status = { state: "watching" };
    this.#watchTarget();
    if (this.#saidState) this.#sayState();
  }

  #handleFailure(error: unknown): void {
    if (this.#isStopped) return;
    this.#status = describeFailure(resolve(this.path), error);
  }

  /** Where the path is a symbolic link, writes happen in the target's folder. */
  #watchTarget(): void {
    const target = findTarget(resolve(this.path));
    if (target === this.#target?.path) return;
    this.#forgetTarget();
    if (target === undefined) return;
    const subscription = this.#options.watches.subscribe(dirname(target), {
      name: basename(target),
      onHint: (hint) => this.#wake(hint),
    });
    this.#target = { path: target, subscription };
  }

  #forgetTarget(): void {
    if (this.#target) this.#closing.push(this.#target.subscription.close());
    this.#target = undefined;
  }

  #findStart(reader: FileReader): number {
    try {
      return findStart(reader, this.#options.start);
    } catch (error) {
      this.#options.log.error("Cannot find recent lines in log file", {
        path: this.path,
        reason: describeError(error),
      });
      return findStart(reader, "end");
    }
  }

  #handOver(chunk: Chunk): void {
    try {
      this.#sink?.(chunk);
    } catch (error) {
      if (this.#isSinkErrorSaid) return;
      this.#isSinkErrorSaid = true;
      this.#options.log.error("Cannot handle lines of log file", {
        path: this.path,
        reason: describeError(error),
      });
    }
  }

  #sayDamage(path: string, error: unknown): void {
    this.#options.log.warn("Cannot read rotated log to its end", {
      path,
      reason: describeError(error),
    });
  }

  #sayState(): void {
    const { state, reason } = this.#status;
    if (state === this.#saidState || this.#isStopped) return;
    this.#saidState = state;
    const { log } = this.#options;
    if (state === "watching") log.info("Watch log file", { path: this.path });
    else if (state === "waiting") {
      log.info("Wait for log file", { path: this.path, reason });
    } else {
      log.error("Cannot read log file", { path: this.path, reason });
    }
  }
}

/** @returns a function that takes it back */
function scheduleAtRoundEnd(run: () => void): () => void {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}

/** @returns the file that a symbolic link leads to; undefined when the path is no link, or its target cannot be told */
function findTarget(path: string): string | undefined {
  try {
    const target = Deno.realPathSync(path);
    const folder = Deno.realPathSync(dirname(path));
    return target === join(folder, basename(path)) ? undefined : target;
  } catch {
    return undefined;
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
