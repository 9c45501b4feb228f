/**
 * Runs logs through match and track, by their own clock.
 *
 * @module
 */

import type { Config, JailConfig } from "../../config/types.ts";
import { createMatcher } from "../../match/matcher.ts";
import type { Failure, Matcher } from "../../match/types.ts";
import { BlockReader } from "../../source/block_reader.ts";
import { NO_POSITION } from "../../source/types.ts";
import { createTranscoder, type Transcoder } from "../../util/transcoder.ts";
import { InputError } from "../command.ts";
import { ArchiveError } from "../../source/archive/archive_error.ts";
import { BanLog } from "./ban_log.ts";
import type { Interruption } from "./interruption.ts";
import { type NamedLog, openLog } from "./log_input.ts";
import type { LogShare, Outcome } from "./outcome.ts";
import type { Progress } from "./progress.ts";
import { readLog } from "./read_log.ts";
import { SinceGate } from "./since.ts";

/** What is replayed, and how. */
export interface ReplayOptions {
  readonly config: Pick<Config, "global" | "places">;
  readonly jails: readonly JailConfig[];
  /** Seconds since 1970; lines that are older do not count. Default: all count. */
  readonly sinceSeconds?: number | undefined;
  /** The wall clock, by which stamps without a year are read. */
  readonly nowSeconds: number;
  readonly progress: Progress;
  readonly interruption: Pick<Interruption, "isAsked" | "asked" | "breathe">;
}

/** One dry run over logs in their order. */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #matcher: Matcher;
  readonly #transcoder: Transcoder | undefined;
  readonly #bans: BanLog;
  readonly #shares: LogShare[] = [];
  #overlongLines = 0;
  readonly #addFailure = (failure: Failure): void => this.#bans.add(failure);

  constructor(options: ReplayOptions) {
    const { jails, config, sinceSeconds } = options;
    this.#options = options;
    const readers = jails.filter(({ bansOf }) => bansOf === undefined);
    this.#matcher = createMatcher(readers, {
      trustsStamps: true,
      takesText: () => false,
    });
    this.#transcoder = createTranscoder(readers);
    this.#bans = new BanLog(jails, config, sinceSeconds);
  }

  /** Reads one log; what goes wrong with it is in its share. */
  async read(log: NamedLog): Promise<void> {
    const { counts } = this.#matcher;
    const before = {
      lines: counts.lines,
      failures: this.#bans.failures,
      bans: this.#bans.bans.length,
    };
    this.#bans.log = log.name;
    const ending = await this.#readToEnd(log);
    this.#shares.push({
      name: log.name,
      lines: counts.lines - before.lines,
      failures: this.#bans.failures - before.failures,
      bans: this.#bans.bans.length - before.bans,
      ...ending,
    });
  }

  /** @returns what was found so far */
  outcome(): Outcome {
    const { lines, ignored } = this.#matcher.counts;
    return {
      isComplete: this.#shares.every(({ isComplete }) => isComplete),
      lines,
      failures: this.#bans.failures,
      ignored,
      overlongLines: this.#overlongLines,
      bans: this.#bans.bans,
      logs: this.#shares,
    };
  }

  async #readToEnd(
    named: NamedLog,
  ): Promise<Pick<LogShare, "isComplete" | "error">> {
    const { interruption, progress } = this.#options;
    if (interruption.isAsked) return { isComplete: false };
    const gate = this.#createGate();
    const reader = new BlockReader(
      this.#matcher.input,
      (lines) => this.#match(gate?.pass(lines) ?? lines),
    );
    try {
      using log = openLog(named, interruption.asked);
      const steps = readLog(log, {
        reader,
        onBytes: (count) => progress.bytes += count,
        findStart: gate && ((file, size) => gate.findStart(file, size)),
      });
      for await (const _ of steps) {
        progress.update(named.name, this.#matcher.counts.lines);
        await interruption.breathe();
        if (interruption.isAsked) break;
      }
      return { isComplete: !interruption.isAsked };
    } catch (error) {
      if (!isReadError(error)) throw error;
      return { isComplete: false, error: error.message };
    } finally {
      this.#overlongLines += reader.overlongLines;
    }
  }

  #createGate(): SinceGate | undefined {
    const { jails, sinceSeconds, nowSeconds } = this.#options;
    return sinceSeconds === undefined
      ? undefined
      : new SinceGate(jails, { sinceSeconds, nowSeconds });
  }

  #match(lines: Uint8Array): void {
    if (lines.length === 0) return;
    const bytes = this.#transcoder?.toUtf8(lines) ?? lines;
    this.#matcher.match(
      { source: "-", bytes, position: NO_POSITION, isCatchUp: true },
      this.#options.nowSeconds,
      this.#addFailure,
    );
    this.#bans.settle();
  }
}

/** What a log brings about, and no fault of ours; the system's errors bear a code. */
function isReadError(error: unknown): error is Error {
  return error instanceof ArchiveError || error instanceof InputError ||
    (error instanceof Error && "code" in error);
}
