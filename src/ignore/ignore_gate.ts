/**
 * Asks an administrator's command whether a failure is to be ignored, before it is counted.
 *
 * The failures of one host wait in their order, one command at a time; those of other hosts and jails pass by. Where there
 * is no answer (no such command, no end, an exit code other than 0 and 1, too many waiting) the failure counts.
 *
 * @module
 */

import type { IgnoreCommand, JailConfig } from "../config/types.ts";
import type { Failure } from "../match/types.ts";
import { isInNetwork } from "../util/address.ts";
import type { Logger } from "../util/log.ts";
import { RateLimit } from "../util/rate_limit.ts";
import { type CommandOutcome, runCommand } from "../util/run_command.ts";
import { AnswerCache } from "./answer_cache.ts";
import { fillCommand, type FilledCommand, fillKey } from "./failure_tags.ts";

const SHELL = "/bin/sh";
const OUTPUT_LIMIT = 512;
/** Of a line that waits, for the log. */
const KEPT_TEXT = 256;

/** The part of a jail that the gate needs. */
export type GateJail = Pick<
  JailConfig,
  "name" | "ignoreCommand" | "ignoreNetworks"
>;

/** Bounds of a gate, and where failures go on. */
export interface IgnoreGateOptions {
  readonly log: Logger;
  /** Receives each failure that waited, with the answer: what counting needs of it. Its jail may be gone. */
  readonly onAnswer: (failure: Failure, isIgnored: boolean) => void;
  /** Default: the wall clock. */
  readonly nowSeconds?: () => number;
  /** After so long a command is killed; default 30 s. */
  readonly deadlineMs?: number;
  /** Failures that wait at most, of all jails; default 10,000, of some 300 bytes each unless its command takes texts of lines. */
  readonly mostWaiting?: number;
  /** Commands that run at the same time; default 4. */
  readonly mostRunning?: number;
}

interface Guard extends IgnoreCommand {
  readonly ignoreNetworks: JailConfig["ignoreNetworks"];
  readonly answers: AnswerCache;
  readonly complaints: RateLimit;
}

/** A failure that waits, with the question that was to be asked when it came. */
interface Entry {
  readonly guard: Guard;
  readonly failure: Failure;
  readonly question: FilledCommand;
  readonly key: string;
}

/** The gate of all jails. */
export class IgnoreGate {
  /** Failures that counted because there was no answer. */
  unanswered = 0;
  readonly #options: Required<IgnoreGateOptions>;
  readonly #abort = new AbortController();
  #guards = new Map<string, Guard>();
  /** By jail and host, in the order in which they came. */
  readonly #lines = new Map<string, Entry[]>();
  /** Those of them that nobody serves yet. */
  readonly #idle = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #waiting = 0;

  constructor(options: IgnoreGateOptions) {
    this.#options = {
      nowSeconds: () => Date.now() / 1000,
      deadlineMs: 30_000,
      mostWaiting: 10_000,
      mostRunning: 4,
      ...options,
    };
  }

  /** Goes over to these jails; answers stay where the command does. */
  setJails(jails: readonly GateJail[]): void {
    const old = this.#guards;
    this.#guards = new Map(jails.flatMap((jail) => {
      const guard = toGuard(jail, old.get(jail.name));
      return guard === undefined ? [] : [[jail.name, guard]];
    }));
  }

  /**
   * Takes a failure that is about to be counted.
   *
   * @returns what is to become of it now; `waits`: `onAnswer` gets it, a copy
   */
  admit(failure: Failure): "counts" | "ignored" | "waits" {
    const guard = this.#guards.get(failure.jail);
    if (guard === undefined) return "counts";
    // Nobody is asked about a host that is spared in any case.
    if (guard.ignoreNetworks.some((net) => isInNetwork(failure.words, net))) {
      return "counts";
    }
    const place = `${failure.jail} ${failure.host}`;
    const line = this.#lines.get(place);
    const key = fillKey(guard.cache.key, failure);
    const known = line === undefined ? this.#lookUp(guard, key) : undefined;
    if (known !== undefined) return known ? "ignored" : "counts";
    if (this.#waiting >= this.#options.mostWaiting) {
      this.#complain({ guard, failure }, "too many failures wait already");
      return "counts";
    }
    this.#waiting++;
    const entry = { ...keep(failure, guard), key, guard };
    if (line === undefined) {
      this.#lines.set(place, [entry]);
      this.#idle.add(place);
      this.#serve();
    } else line.push(entry);
    return "waits";
  }

  /** Ends the commands that run; failures that wait are forgotten. */
  async close(): Promise<void> {
    this.#lines.clear();
    this.#idle.clear();
    this.#abort.abort();
    await Promise.all(this.#running);
  }

  #lookUp(guard: Guard, key: string): boolean | undefined {
    return guard.answers.get(key, this.#options.nowSeconds());
  }

  #serve(): void {
    for (const place of this.#idle) {
      if (this.#running.size >= this.#options.mostRunning) return;
      this.#idle.delete(place);
      const served = this.#serveNext(place).finally(() => {
        this.#running.delete(served);
        this.#serve();
      });
      this.#running.add(served);
    }
  }

  /** Answers one failure of a host; the next one waits until other hosts had their turn. */
  async #serveNext(place: string): Promise<void> {
    const line = this.#lines.get(place) ?? [];
    const [entry] = line;
    if (entry === undefined) return;
    const isIgnored = this.#lookUp(entry.guard, entry.key) ??
      await this.#ask(entry);
    if (this.#abort.signal.aborted) return;
    line.shift();
    this.#waiting--;
    if (line.length === 0) this.#lines.delete(place);
    else this.#idle.add(place);
    this.#options.onAnswer(entry.failure, isIgnored);
  }

  async #ask(entry: Entry): Promise<boolean> {
    const { guard, key, question } = entry;
    const outcome = await runCommand(question.command, {
      shell: SHELL,
      env: question.env,
      deadlineMs: this.#options.deadlineMs,
      outputLimit: OUTPUT_LIMIT,
      signal: this.#abort.signal,
    });
    const isIgnored = outcome.code === 0;
    if (!isIgnored && outcome.code !== 1) {
      this.#complain(entry, describe(outcome));
    }
    guard.answers.set(key, isIgnored, this.#options.nowSeconds());
    return isIgnored;
  }

  #complain(
    { guard, failure }: Pick<Entry, "guard" | "failure">,
    reason: string,
  ): void {
    this.unanswered++;
    const unsaid = guard.complaints.pass(this.#options.nowSeconds());
    if (unsaid === undefined || this.#abort.signal.aborted) return;
    const { jail, host } = failure;
    const fields = { jail, host, reason };
    this.#options.log.warn(
      "Cannot ask ignore_command, the failure counts",
      unsaid === 0 ? fields : { ...fields, unsaid },
    );
  }
}

/** The old guard where it still fits: it knows answers. */
function toGuard(
  { ignoreCommand, ignoreNetworks }: GateJail,
  old: Guard | undefined,
): Guard | undefined {
  if (ignoreCommand === undefined) return undefined;
  const { command, cache } = ignoreCommand;
  const isSame = old?.command === command &&
    JSON.stringify(old.cache) === JSON.stringify(cache);
  if (isSame) return { ...old, ignoreNetworks };
  return {
    command,
    cache,
    ignoreNetworks,
    answers: new AnswerCache(cache),
    complaints: new RateLimit({ burst: 1, intervalSeconds: 300 }),
  };
}

/** A clone, since the matcher fills one object again and again, and a text that was cut out would hold its whole chunk. */
function keep(
  failure: Failure,
  { command }: Guard,
): Pick<Entry, "failure" | "question"> {
  const { jail, host, words, prefix, timeSeconds, pattern } = failure;
  const user = failure.user?.slice(0, KEPT_TEXT);
  const line = failure.line.slice(0, KEPT_TEXT);
  return structuredClone({
    failure: {
      ...{ jail, host, words, prefix, timeSeconds, pattern },
      ...{ user, line },
    },
    question: fillCommand(command, failure),
  });
}

function describe({ message, output }: CommandOutcome): string {
  const text = output.trim();
  return text === "" ? message : `${message}: ${text}`;
}
