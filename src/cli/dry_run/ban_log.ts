/**
 * Failures in, bans out: the tracker by the log's clock, with the pattern that each ban is owed to.
 *
 * @module
 */

import { printCondition } from "../../match/json/json_conditions.ts";
import type { Config, JailConfig } from "../../config/types.ts";
import type { Failure } from "../../match/types.ts";
import { banFailures } from "../../track/ban_failures.ts";
import { createTracker, type JailTracker } from "../../track/tracker.ts";
import type { Ban } from "../../track/types.ts";
import { FailureBatch } from "./failure_batch.ts";
import type { HitPattern, WouldBeBan } from "./outcome.ts";

/** Keeps what the tracker would ban. */
export class BanLog {
  /** In the order in which they would happen. */
  readonly bans: WouldBeBan[] = [];
  /** The log that is being read. */
  log = "";
  /** Failures so far. */
  failures = 0;
  readonly #tracker: JailTracker;
  readonly #jails: ReadonlyMap<string, JailConfig>;
  readonly #places: Config["places"];
  readonly #sinceSeconds: number;
  readonly #batch = new FailureBatch();
  #clock = 0;
  /** Of the failure that the tracker is deciding about: its decision does not say. */
  #pattern = 0;

  /** @param sinceSeconds failures before it do not count */
  constructor(
    jails: readonly JailConfig[],
    { global, places }: Pick<Config, "global" | "places">,
    sinceSeconds = -Infinity,
  ) {
    this.#jails = new Map(jails.map((jail) => [jail.name, jail]));
    this.#places = places;
    this.#sinceSeconds = sinceSeconds;
    this.#tracker = createTracker({
      maxTracked: global.maxTracked,
      maxBans: global.maxBans,
      seed: crypto.getRandomValues(new Uint32Array(2)),
      onDecision: (decision) => {
        if (decision.kind === "ban") {
          this.bans.push(this.#describe(decision.ban));
        }
      },
      onBan: (ban) => this.#addBan(ban, jails),
    });
    this.#tracker.setJails(jails);
  }

  /** Takes a failure in; `settle` counts it at the latest. */
  add(failure: Failure): void {
    if (failure.timeSeconds < this.#sinceSeconds) return;
    if (this.#batch.isFull) this.settle();
    this.#batch.add(failure);
    this.failures++;
  }

  /** Counts all that was taken in. */
  settle(): void {
    this.#batch.drain(this.#count);
  }

  readonly #count = (failure: Failure): void => {
    this.#pattern = failure.pattern;
    if (failure.timeSeconds > this.#clock) {
      this.#clock = failure.timeSeconds;
      this.#tracker.expire(this.#clock);
    }
    this.#tracker.onFailure(failure, this.#clock);
  };

  /** A ban is a failure in jails that watch for bans. */
  #addBan(ban: Ban, jails: readonly JailConfig[]): void {
    for (const failure of banFailures(ban, jails)) {
      this.#tracker.onFailure(failure, this.#clock);
    }
  }

  #describe(ban: Ban): WouldBeBan {
    const seconds = ban.endSeconds - ban.startSeconds;
    return {
      host: ban.host,
      jail: ban.jail,
      time: new Date(ban.startSeconds * 1000).toISOString()
        .replace(".000Z", "Z"),
      seconds: seconds === Infinity ? null : seconds,
      count: ban.count,
      pattern: this.#hitPattern(ban.jail),
      log: this.log,
    };
  }

  #hitPattern(jail: string): HitPattern {
    if (this.#jails.get(jail)?.bansOf !== undefined) {
      return { index: 0, text: "bans of other jails" };
    }
    const index = this.#pattern;
    const { failPatterns = [], json } = this.#jails.get(jail) ?? {};
    if (failPatterns.length === 0 && json !== undefined) {
      return { index, text: json.conditions.map(printCondition).join(", ") };
    }
    const place = this.#places?.get(jail)?.failPatterns[index];
    return {
      index,
      text: failPatterns[index] ?? "",
      ...(place === undefined ? {} : { file: place.file }),
      ...(place?.line === undefined ? {} : { line: place.line }),
    };
  }
}
