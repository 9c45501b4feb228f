/**
 * From a matcher's failures to the tracker: at once, or after a name's addresses or a command's answer have come.
 *
 * @module
 */

import type { JailConfig } from "./config/types.ts";
import { IgnoreGate } from "./ignore/ignore_gate.ts";
import { createMatcher } from "./match/matcher.ts";
import type { Failure, Matcher } from "./match/types.ts";
import { NameReports } from "./observe/name_reports.ts";
import type { JailTracker } from "./track/tracker.ts";
import type { Logger } from "./util/log.ts";
import { NameResolver } from "./util/name_resolver.ts";

/** Where failures go. */
export interface FailurePathOptions {
  readonly tracker: JailTracker;
  readonly logger: Logger;
  /** Whether each failure is worth a line. */
  readonly isDebug: () => boolean;
  /** Called after a failure that came late was counted. */
  readonly onLate: () => void;
}

/** The way of failures of all jails. */
export class FailurePath {
  readonly #options: FailurePathOptions;
  readonly #names: NameResolver;
  readonly #nameReports: NameReports;
  readonly #gate: IgnoreGate;
  #jails: ReadonlySet<string> = new Set();

  constructor(options: FailurePathOptions) {
    const { logger } = options;
    this.#options = options;
    this.#nameReports = new NameReports(logger);
    this.#names = new NameResolver({
      onTrouble: (trouble) => this.#nameReports.warnOfTrouble(trouble, now()),
    });
    this.#gate = new IgnoreGate({
      log: logger,
      onAnswer: (failure, isIgnored) =>
        this.#takeLate(failure, () => this.#count(failure, now(), isIgnored)),
    });
  }

  /** Goes over to these jails; failures of others that come late are dropped. */
  setJails(jails: readonly JailConfig[]): void {
    this.#jails = new Set(jails.map(({ name }) => name));
    this.#gate.setJails(jails);
  }

  /** @returns a matcher whose late failures come this way too */
  createMatcher(jails: readonly JailConfig[]): Matcher {
    const { logger } = this.#options;
    return createMatcher(jails, {
      names: {
        resolve: (name) => this.#names.resolve(name),
        emit: (failure) =>
          this.#takeLate(failure, () => this.take(failure, now())),
        onResolved: (resolved) => this.#nameReports.warn(resolved, now()),
      },
      onUnbannable: (jail, id) =>
        logger.warn("Cannot ban what is no address", { jail, id }),
    });
  }

  /** Counts a failure now, or when it is known that it is not to be ignored. */
  take(failure: Failure, nowSeconds: number): void {
    const admission = this.#gate.admit(failure);
    if (admission === "waits") return;
    this.#count(failure, nowSeconds, admission === "ignored");
  }

  /** Ends lookups and commands; what waits for them is dropped. */
  async close(): Promise<void> {
    this.#names.close();
    await this.#gate.close();
  }

  #takeLate(failure: Failure, take: () => void): void {
    if (!this.#jails.has(failure.jail)) return;
    take();
    this.#options.onLate();
  }

  #count(failure: Failure, nowSeconds: number, isIgnored: boolean): void {
    const { tracker, logger, isDebug } = this.#options;
    const verdict = isIgnored
      ? tracker.ignore(failure.jail)
      : tracker.onFailure(failure, nowSeconds);
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
