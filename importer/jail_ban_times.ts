/**
 * How long fail2ban's jails ban, for what is kept of bans.
 *
 * @module
 */

import type { ResolvedJail } from "./jail.ts";
import type { JailBanTimes } from "./restore_ban.ts";
import { readTime } from "./time_value.ts";

/** What fail2ban bans for where it is not told. */
const STOCK_SECONDS = 600;

/** @returns the jail's times; those that are no times are fail2ban's own */
export function jailBanTimes({ values }: ResolvedJail): JailBanTimes {
  const seconds = (key: string, otherwise: number) => {
    const value = readTime(String(values.get(key) ?? ""));
    return value === undefined || value < 1 ? otherwise : value;
  };
  return {
    banTimeSeconds: seconds("bantime", STOCK_SECONDS),
    increments: values.get("bantime.increment") === true,
    maxTimeSeconds: seconds("bantime.maxtime", Infinity),
  };
}
