/**
 * When an action is asked for the hosts that it brings, and what came of it last.
 *
 * @module
 */

import type { FeedOutcome } from "../contract.ts";
import { Attempts } from "./attempts.ts";
import type { FeedStatus, Surroundings } from "./types.ts";

const DAY_SECONDS = 86_400;

/** See the module. */
export class FeedSchedule {
  /** Whose pause grows when a call fails. */
  readonly attempts: Attempts;
  readonly #nowSeconds: () => number;
  #atSeconds: number;
  #last: FeedStatus["last"];

  /** It is asked at once: whether that is too soon is known by what it remembers. */
  constructor(around: Pick<Surroundings, "nowSeconds" | "random">) {
    this.attempts = new Attempts(around);
    this.#nowSeconds = around.nowSeconds;
    this.#atSeconds = around.nowSeconds();
  }

  /** Seconds since 1970 of the next call. */
  get dueSeconds(): number {
    return Math.max(this.#atSeconds, this.attempts.notBeforeSeconds);
  }

  /** Something of the action is another now. */
  restart(): void {
    this.attempts.succeed();
    this.#atSeconds = this.#nowSeconds();
  }

  /** Notes what it answered. */
  note({ hosts, againSeconds = DAY_SECONDS }: FeedOutcome): void {
    const nowSeconds = this.#nowSeconds();
    this.#atSeconds = nowSeconds + againSeconds;
    if (hosts === undefined) return;
    this.#last = { hosts: hosts.length, atSeconds: nowSeconds };
  }

  /** @returns how it stands, for these jails */
  status(jails: readonly string[]): FeedStatus {
    const last = this.#last;
    return { jails, nextSeconds: this.dueSeconds, ...(last && { last }) };
  }
}
