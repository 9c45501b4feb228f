/**
 * Local times of a zone that a jail names.
 *
 * @module
 */

import { parseZoneOffset } from "../../util/zone_offset.ts";
import { wallClockOf } from "./field_clock.ts";
import { type LocalTime, systemLocalTime } from "./stamp_clock.ts";

/**
 * @param zone a distance from Greenwich, `UTC+02:00`; absent: that of `otherwise`
 * @param otherwise absent: the machine's zone, where there is nothing to choose
 * @returns what turns times without a zone into seconds
 */
export function zoneTime(
  zone: string | undefined,
  otherwise?: LocalTime,
): LocalTime | undefined {
  const minutes = zone === undefined ? undefined : parseZoneOffset(zone);
  if (minutes === undefined) return otherwise;
  return (year, month, day, hour, minute) =>
    Date.UTC(year, month - 1, day, hour, minute - minutes) / 1000;
}

/** @returns seconds by which the local clock is ahead of Greenwich's at that moment */
export function zoneSecondsAt(
  seconds: number,
  localTime: LocalTime = systemLocalTime,
): number {
  return wallClockOf(seconds, localTime) / 1000 - seconds;
}
