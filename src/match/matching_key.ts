/**
 * When a reload needs a new matcher.
 *
 * @module
 */

import { formatNetwork } from "../util/address.ts";
import type { MatchJail } from "./types.ts";

/** @returns everything of the jails that a matcher depends on, as text to compare */
export function matchingKey(jails: readonly MatchJail[]): string {
  return JSON.stringify(jails.map((jail) => [
    jail.name,
    jail.dateFormat,
    jail.failPatterns,
    jail.ignorePatterns,
    jail.findTimeSeconds,
    jail.start,
    jail.json,
    jail.trustedProxies?.map(formatNetwork),
    jail.syntax,
    jail.prefixPattern,
    jail.maxLines,
    jail.useDns,
    jail.datePattern,
    jail.logTimeZone,
  ]));
}
