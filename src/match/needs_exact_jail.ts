/**
 * Which way of matching a jail goes.
 *
 * @module
 */

import type { MatchJail } from "./types.ts";

/** @returns whether the jail needs what only fail2ban's way of matching has */
export function needsExactJail(jail: MatchJail): boolean {
  return jail.syntax === "fail2ban" || jail.prefixPattern !== undefined ||
    (jail.maxLines ?? 1) > 1 || jail.useDns !== undefined ||
    jail.datePattern !== undefined ||
    jail.failPatterns.some((pattern) =>
      /<F-MLF|<DNS>|<SKIPLINES>/.test(pattern)
    );
}
