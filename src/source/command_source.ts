/**
 * The output of a command as a source; a command that ends is started again.
 *
 * @module
 */

import type { Logger } from "../util/log.ts";
import { RateLimit } from "../util/rate_limit.ts";
import { type CommandRun, startCommandRun } from "./command_run.ts";
import { LineSplitter } from "./line_splitter.ts";
import { StreamLines } from "./stream_lines.ts";
import type { ChunkSink, Source, SourceStatus } from "./types.ts";

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

/** After so long a run counts as a good one: the next one is waited for no longer than the first. */
const SOUND_MS = 60_000;

/** A longer line of its standard error is left out. */
const MAX_SAID_BYTES = 4096;

/** Lines of its standard error that are logged: ten at once, then one every ten seconds. */
const SAID_LIMIT = { burst: 10, intervalSeconds: 10 };

/** Which command. */
export interface CommandSourceOptions {
  /** Stands for the path of a log. */
  readonly path: string;
  /** A text for the shell, or words that it does not read. */
  readonly command: string | readonly string[];
  readonly log: Logger;
  /** Milliseconds; default 1000. */
  readonly firstRetryMs?: number;
}

type State = Pick<SourceStatus, "state" | "reason">;

/** Makes a source of a command's output. @returns one that runs nothing until `start`; it can be started once */
export function createCommandSource(options: CommandSourceOptions): Source {
  return new CommandSource(options);
}

class CommandSource implements Source {
  readonly path: string;
  readonly #options: CommandSourceOptions;
  readonly #words: string;
  readonly #said = new LineSplitter(MAX_SAID_BYTES);
  readonly #saidLimit = new RateLimit(SAID_LIMIT);
  #lines: StreamLines | undefined;
  #run: CommandRun | undefined;
  #ending: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #status: State = { state: "waiting", reason: "not started" };
  #retryMs: number;
  #isStopped = false;

  constructor(options: CommandSourceOptions) {
    const { command, firstRetryMs = FIRST_RETRY_MS } = options;
    this.path = options.path;
    this.#options = options;
    this.#words = typeof command === "string" ? command : command.join(" ");
    this.#retryMs = firstRetryMs;
  }

  start(sink: ChunkSink): Promise<void> {
    const { log } = this.#options;
    this.#lines = new StreamLines({ path: this.path, log, sink });
    log.info("Run log command", { command: this.#words });
    this.#begin(this.#lines);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#status = { state: "stopped" };
    clearTimeout(this.#timer);
    this.#lines?.stop();
    this.#run?.kill();
    await this.#ending;
  }

  describe(): SourceStatus {
    const { bytesRead = 0, overlongLines = 0 } = this.#lines ?? {};
    return {
      path: `command: ${this.#words}`,
      ...this.#status,
      bytesRead,
      overlongLines,
      rotations: 0,
    };
  }

  #begin(lines: StreamLines): void {
    const begunMs = performance.now();
    this.#status = { state: "watching" };
    const run = this.#run = startCommandRun({
      command: this.#options.command,
      onOutput: (piece) => lines.take(piece),
      onSaid: (piece) => this.#said.push(piece, (bytes) => this.#say(bytes)),
    });
    this.#ending = run.ended.then((reason) => {
      if (this.#isStopped) return;
      lines.flush();
      this.#said.flush((bytes) => this.#say(bytes));
      this.#run = undefined;
      this.#handleEnd(reason, performance.now() - begunMs);
      this.#timer = setTimeout(() => this.#begin(lines), this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
    });
  }

  #handleEnd(reason: string, lifeMs: number): void {
    const { log, firstRetryMs = FIRST_RETRY_MS } = this.#options;
    if (lifeMs > SOUND_MS) this.#retryMs = firstRetryMs;
    this.#status = { state: "failed", reason };
    log.error("Log command ended, run it again", {
      command: this.#words,
      reason,
      seconds: this.#retryMs / 1000,
    });
  }

  #say(bytes: Uint8Array): void {
    for (const line of new TextDecoder().decode(bytes).split("\n")) {
      if (line.trim() === "") continue;
      const held = this.#saidLimit.pass(Date.now() / 1000);
      if (held === undefined) continue;
      const more = held === 0 ? {} : { unsaid: held };
      this.#options.log.warn("Log command says", {
        command: this.#words,
        line,
        ...more,
      });
    }
  }
}
