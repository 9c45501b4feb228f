/**
 * From a matcher's failures to the tracker: at once, or after a name's addresses or a command's answer have come.
 *
 * @module
 */

import type { JailConfig } from "./config/types.ts";
import { IgnoreGate } from "./ignore/ignore_gate.ts";
import { IgnoredNames } from "./ignore/ignored_names.ts";
import { jailOfSuccess } from "./match/success_jail.ts";
import type { Failure } from "./match/types.ts";
import { ClockReports } from "./observe/clock_reports.ts";
import { NameReports } from "./observe/name_reports.ts";
import type { NameSink } from "./scan/types.ts";
import { banFailures } from "./track/ban_failures.ts";
import type { JailTracker } from "./track/tracker.ts";
import type { Ban, Verdict } from "./track/types.ts";
import type { Logger } from "./util/log.ts";
import { type NameCounts, NameResolver } from "./util/name_resolver.ts";

/** Between lookups of the names of `ignoreip`. */
const IGNORED_NAMES_MS = 120_000;
/** How long a start or a reload waits for them: without a network, the machine is to be protected all the same. */
const PATIENCE_MS = 5_000;

/** Where failures go. */
export interface FailurePathOptions {
  readonly tracker: JailTracker;
  readonly logger: Logger;
  /** Whether each failure is worth a line. */
  readonly isDebug: () => boolean;
  /** Told of each failure that was counted. */
  readonly onVerdict: (failure: Failure, verdict: Verdict) => void;
  /** Called after a failure that came late was counted, and after bans of hosts that are ignored now have ended. */
  readonly onLate: () => void;
}

/** The way of failures of all jails. */
export class FailurePath {
  readonly #options: FailurePathOptions;
  readonly #names: NameResolver;
  readonly #nameReports: NameReports;
  readonly #clockReports: ClockReports;
  readonly #gate: IgnoreGate;
  readonly #ignoredNames: IgnoredNames;
  #jails: readonly JailConfig[] = [];
  #jailNames: ReadonlySet<string> = new Set();
  /** Those whose failures are bans of others. */
  #banJails: readonly JailConfig[] = [];
  #refreshTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: FailurePathOptions) {
    const { logger } = options;
    this.#options = options;
    this.#nameReports = new NameReports(logger);
    this.#clockReports = new ClockReports(logger);
    this.#names = new NameResolver({
      onTrouble: (trouble) => this.#nameReports.warnOfTrouble(trouble, now()),
    });
    this.#ignoredNames = new IgnoredNames({
      resolve: (name) => this.#names.resolve(name),
      log: logger,
    });
    this.#gate = new IgnoreGate({
      log: logger,
      onAnswer: (failure, isIgnored) =>
        this.#takeLate(failure, () => this.#count(failure, now(), isIgnored)),
    });
  }

  /** Has the tracker go over to these jails; failures of others that come late are dropped. */
  setJails(jails: readonly JailConfig[]): void {
    this.#jails = jails;
    this.#jailNames = new Set(jails.map(({ name }) => name));
    this.#banJails = jails.filter(({ bansOf }) => bansOf !== undefined);
    this.#applyJails();
    this.#refreshTimer ??= setInterval(
      () => void this.refreshIgnored(),
      IGNORED_NAMES_MS,
    );
  }

  /** Looks up the names of `ignoreip`; those that take long take effect when they are there. */
  async refreshIgnored(): Promise<void> {
    const refreshed = this.#ignoredNames.refresh(this.#jails).then((isNew) => {
      if (!isNew) return;
      this.#applyJails();
      this.#options.onLate();
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([refreshed, patience]);
    clearTimeout(timer);
  }

  /** @returns what became of names and questions so far */
  get counts(): { readonly names: NameCounts; readonly unanswered: number } {
    return { names: this.#names.counts, unanswered: this.#gate.unanswered };
  }

  /** @returns what matching tells of names and ids, all of which comes this way too */
  get nameSink(): NameSink {
    const { logger } = this.#options;
    return {
      resolve: (name) => this.#names.resolve(name),
      onLateFailure: (failure) =>
        this.#takeLate(failure, () => this.take(failure, now())),
      onResolved: (report) => this.#nameReports.warn(report, now()),
      onClock: ({ jail, ...report }) =>
        this.#clockReports.warn(
          { jail: jailOfSuccess(jail) ?? jail, ...report },
          now(),
        ),
      onUnbannable: (jail, id) =>
        logger.warn("Cannot ban what is no address", {
          jail: jailOfSuccess(jail) ?? jail,
          id,
        }),
    };
  }

  /** @returns whether lines of the jail's failures are shown to anybody */
  takesText(jail: string): boolean {
    return this.#options.isDebug() ||
      this.#jails.some(({ name, ignoreCommand }) =>
        name === jail && ignoreCommand !== undefined
      );
  }

  /** Counts a failure now, or when it is known that it is not to be ignored. A success forgives. */
  take(failure: Failure, nowSeconds: number): void {
    const forgiving = jailOfSuccess(failure.jail);
    // What a scanning thread found before a reload may come after it.
    if (!this.#jailNames.has(forgiving ?? failure.jail)) return;
    if (forgiving !== undefined) return this.#forgive(failure, forgiving);
    const admission = this.#gate.admit(failure);
    if (admission === "waits") return;
    this.#count(failure, nowSeconds, admission === "ignored");
  }

  /** Counts a ban as a failure in the jails that watch for it, whose own bans may follow at once. */
  takeBan(ban: Ban, nowSeconds: number): void {
    for (const failure of banFailures(ban, this.#banJails)) {
      this.take(failure, nowSeconds);
    }
  }

  /** Ends lookups and commands; what waits for them is dropped. */
  async close(): Promise<void> {
    clearInterval(this.#refreshTimer);
    this.#names.close();
    await this.#gate.close();
  }

  #applyJails(): void {
    const jails = this.#ignoredNames.extend(this.#jails);
    this.#options.tracker.setJails(jails);
    this.#gate.setJails(jails);
  }

  #takeLate(failure: Failure, take: () => void): void {
    const jail = jailOfSuccess(failure.jail) ?? failure.jail;
    if (!this.#jailNames.has(jail)) return;
    take();
    this.#options.onLate();
  }

  #forgive({ host, words, prefix, timeSeconds, user }: Failure, jail: string) {
    const { tracker, logger, isDebug } = this.#options;
    const isForgiven = tracker.onSuccess({
      ...{ jail, words, prefix, timeSeconds, user },
    });
    if (isForgiven && isDebug()) {
      logger.debug("Forgive failures", { host, jail, user });
    }
  }

  #count(failure: Failure, nowSeconds: number, isIgnored: boolean): void {
    const { tracker, logger, isDebug, onVerdict } = this.#options;
    const verdict = isIgnored
      ? tracker.ignore(failure.jail)
      : tracker.onFailure(failure, nowSeconds);
    onVerdict(failure, verdict);
    if (!isDebug()) return;
    logger.debug("Find failure", {
      host: failure.host,
      jail: failure.jail,
      verdict,
      line: failure.line,
    });
  }
}

function now(): number {
  return Date.now() / 1000;
}
