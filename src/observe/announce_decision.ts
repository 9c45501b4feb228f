/**
 * What the log says of bans.
 *
 * @module
 */

import type { Decision } from "../track/types.ts";
import type { Logger } from "../util/log.ts";

/** Says that a host was banned, for longer, or no more. */
export function announceDecision(decision: Decision, log: Logger): void {
  const { host, jail, startSeconds, endSeconds, count, failures } =
    decision.ban;
  if (decision.kind === "unban") {
    log.info("Unban host", { host, jail, reason: decision.reason });
    return;
  }
  const seconds = endSeconds === Infinity
    ? -1
    : Math.round(endSeconds - startSeconds);
  log.info(
    decision.kind === "ban" ? "Ban host" : "Extend ban",
    { host, jail, seconds, count, failures },
  );
}
