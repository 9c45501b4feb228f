/**
 * Whether a line of an old log is young enough to be looked at.
 *
 * @module
 */

import { zoneTime } from "./date/zone_time.ts";
import { createLineDater, type LineDater } from "./date/line_dater.ts";
import { countsSince } from "../config/log_start.ts";
import { needsExactDates } from "../config/needs_exact_jail.ts";
import { createJsonDater } from "./json/json_dater.ts";
import type { MatchJail } from "./types.ts";

interface JailDater {
  readonly dateLine: LineDater;
  readonly jail: MatchJail;
}

/**
 * @param jails those that read the log; the one that looks back the furthest decides
 * @param now the wall clock in seconds
 * @returns a judge of lines: undefined where a line bears no date
 */
export function createRecency(
  jails: readonly MatchJail[],
  now: () => number,
): (line: Uint8Array) => boolean | undefined {
  let daters: readonly JailDater[] | undefined;
  return (line) => {
    // Most logs go on from a place that is known, and need none.
    daters ??= jails.map((jail) => ({
      dateLine: createDater(jail),
      jail,
    }));
    const time = now();
    let isDated = false;
    for (const { dateLine, jail } of daters) {
      const stamp = dateLine(line, time);
      if (stamp === undefined) continue;
      if (stamp >= countsSince(jail, time)) return true;
      isDated = true;
    }
    return isDated ? false : undefined;
  };
}

function createDater(jail: MatchJail): LineDater {
  const localTime = zoneTime(jail.logTimeZone);
  const dates = needsExactDates(jail) ? jail : jail.dateFormat;
  return jail.json === undefined
    ? createLineDater(dates, localTime)
    : createJsonDater(jail.json, dates, localTime);
}
