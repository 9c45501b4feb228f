/**
 * When the start is over, what it left is given back: code at once, garbage at a time when nobody waits.
 *
 * @module
 */

import { Alarm } from "./util/alarm.ts";
import { collectGarbage } from "./util/collect_garbage.ts";
import type { Libc } from "./util/libc.ts";
import { releaseCode } from "./util/release_code.ts";

/** So long nothing must have been read; the collection takes 30 to 60 ms. */
const QUIET_SECONDS = 1;

/** After so many looks it is done all the same: a daemon that is never idle needs its memory too. */
const MOST_LOOKS = 60;

/** What settling needs of the daemon. */
export interface SettlingOptions {
  readonly libc: Libc;
  /** @returns bytes of all logs so far */
  readonly bytesRead: () => number;
  /** @returns seconds since 1970 */
  readonly now: () => number;
}

/** Waits for the first quiet second. */
export class Settling {
  readonly #options: SettlingOptions;
  readonly #alarm = new Alarm(() => this.#look());
  #bytesRead = -1;
  #looks = 0;

  /** Waits for nothing yet. */
  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** The start is over. */
  begin(): void {
    this.#bytesRead = this.#options.bytesRead();
    this.#alarm.set(this.#options.now() + QUIET_SECONDS);
  }

  /** Waits no longer. */
  stop(): void {
    this.#alarm.clear();
  }

  #look(): void {
    if (this.#looks === 0) releaseCode(this.#options.libc);
    const isQuiet = this.#options.bytesRead() === this.#bytesRead;
    if (isQuiet || ++this.#looks >= MOST_LOOKS) {
      collectGarbage(this.#options.libc);
    } else this.begin();
  }
}
