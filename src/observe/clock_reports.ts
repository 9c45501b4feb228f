/**
 * What is said of stamps and clocks that go apart: once a day for each jail and cause.
 *
 * @module
 */

import type { ClockCause, ClockReport } from "../match/clock_watch.ts";
import { formatDuration } from "../util/duration.ts";
import type { Logger } from "../util/log.ts";

const SILENCE_SECONDS = 86_400;

const MESSAGES: Readonly<Record<ClockCause, string>> = {
  zone: "Log times are off by a time zone",
  ahead: "Log times lie in the future",
  late: "Log lines come late",
  stepped: "Wall clock was set back",
};

const REMEDIES: Readonly<Record<ClockCause, string>> = {
  zone: "set the time zone of what writes the log",
  ahead: "set the clock of what writes the log",
  late: "have the log written without a buffer; lines count as of now",
  stepped: "have the clock slewed; find times and bans last as much longer",
};

/** Writes the warnings. */
export class ClockReports {
  readonly #log: Logger;
  readonly #silentUntil = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Warns, unless the same was said within a day. */
  warn(report: ClockReport, nowSeconds: number): void {
    const { jail, cause, offsetSeconds, zone } = report;
    const key = `${jail} ${cause}`;
    const until = this.#silentUntil.get(key) ?? 0;
    // A clock that was set back must not be silent for longer.
    if (nowSeconds < until && until - nowSeconds <= SILENCE_SECONDS) return;
    this.#silentUntil.set(key, nowSeconds + SILENCE_SECONDS);
    const sign = offsetSeconds < 0 ? "-" : "+";
    this.#log.warn(MESSAGES[cause], {
      jail,
      offset: `${sign}${formatDuration(Math.abs(offsetSeconds))}`,
      remedy: zone === undefined
        ? REMEDIES[cause]
        : `log_time_zone = "${zone}" where dates name no zone, else ${
          REMEDIES[cause]
        }`,
    });
  }
}
