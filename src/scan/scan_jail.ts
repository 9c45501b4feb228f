/**
 * What of a jail goes to a scanning thread.
 *
 * @module
 */

import type { ScanJail } from "./types.ts";

/** @returns the jail without whatever scanning does not need: it need not even be possible to send it */
export function toScanJail(jail: ScanJail, takesText: boolean): ScanJail {
  return {
    name: jail.name,
    dateFormat: jail.dateFormat,
    failPatterns: jail.failPatterns,
    ignorePatterns: jail.ignorePatterns,
    successPatterns: jail.successPatterns,
    findTimeSeconds: jail.findTimeSeconds,
    start: jail.start,
    syntax: jail.syntax,
    prefixPattern: jail.prefixPattern,
    maxLines: jail.maxLines,
    useDns: jail.useDns,
    datePattern: jail.datePattern,
    logTimeZone: jail.logTimeZone,
    json: jail.json,
    trustedProxies: jail.trustedProxies,
    logEncoding: jail.logEncoding,
    takesText,
  };
}
