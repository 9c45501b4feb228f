/**
 * Says what jails with `log_path = "auto"` read.
 *
 * @module
 */

import type { JailConfig } from "../config/types.ts";
import type { Logger } from "../util/log.ts";

/** Logs where the lines of such jails come from, and why. */
export function announceChoices(
  jails: readonly JailConfig[],
  log: Logger,
): void {
  for (const { name: jail, auto, logBackend, logPaths } of jails) {
    if (auto === undefined) continue;
    const { reason, isWaiting } = auto;
    const source = logBackend === "systemd" ? "journal" : logPaths.join(",");
    if (isWaiting) log.warn("Wait for a log", { jail, source, reason });
    else log.info("Choose log", { jail, source, reason });
  }
}
