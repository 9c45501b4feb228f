/**
 * Says that bans had to make room for others.
 *
 * @module
 */

import type { Decision } from "../track/types.ts";
import type { Logger } from "../util/log.ts";
import { RateLimit } from "../util/rate_limit.ts";

/** Warns once in a while, whatever the number of such bans. */
export class RoomReports {
  readonly #log: Logger;
  readonly #limit = new RateLimit({ burst: 1, intervalSeconds: 60 });

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Warns where the decision ends a ban that made room. */
  note(decision: Decision, nowSeconds: number): void {
    if (decision.kind !== "unban" || decision.reason !== "room") return;
    const unsaid = this.#limit.pass(nowSeconds);
    if (unsaid === undefined) return;
    const { host, jail } = decision.ban;
    this.#log.warn(
      "Too many bans, the one that would be over first made room: see max_bans",
      { host, jail, ...unsaid === 0 ? {} : { unsaid } },
    );
  }
}
