/**
 * Whether a jail watches fail2ban's own log for bans of all jails, as the stock `recidive` does.
 *
 * @module
 */

import { FilterError } from "../src/match/filter_error.ts";
import type { MatchJail } from "../src/match/types.ts";
import type { ResolvedJail } from "./jail.ts";
import { createOwnFailures } from "./own_failures.ts";

/** A name that no exception in a filter is made for. */
const ANY_JAIL = "f2d-any-jail";

const HOSTS = ["192.0.2.7", "2001:db8::7"];

/** A jail whose failures are bans. */
export interface WatchedBans {
  /** Whether its own bans are failures too: its filter is made for a jail of another name. */
  readonly hasOwn: boolean;
}

/**
 * Tries a jail's filter on lines as fail2ban writes them.
 *
 * @param jailNames all jails of the tree
 * @returns undefined unless bans of every other jail are failures, and nothing else is but its own bans
 */
export function findWatchedBans(
  jail: ResolvedJail,
  jailNames: readonly string[],
): WatchedBans | undefined {
  if (!readsOwnLog(jail)) return undefined;
  const finds = createFinder(jail);
  if (finds === undefined) return undefined;
  const others = [ANY_JAIL, ...jailNames.filter((name) => name !== jail.name)];
  const isSame = HOSTS.every((host) =>
    others.every((name) => finds(banLine(name, host), host)) &&
    otherLines(host).every((text) => !finds(text, host))
  );
  if (!isSame) return undefined;
  const [host = ""] = HOSTS;
  return { hasOwn: finds(banLine(jail.name, host), host) };
}

function banLine(name: string, host: string): string {
  return `NOTICE  [${name}] Ban ${host}`;
}

/** Whether the lines of a jail are fail2ban's own. */
export function readsOwnLog({ filter, logPaths }: ResolvedJail): boolean {
  return filter?.name === "recidive" ||
    logPaths.some(({ pattern }) => /\/fail2ban\.log$/.test(pattern));
}

/** What else fail2ban tells of hosts. */
function otherLines(host: string): readonly string[] {
  return [
    `NOTICE  [${ANY_JAIL}] Unban ${host}`,
    `NOTICE  [${ANY_JAIL}] Restore Ban ${host}`,
    `NOTICE  [${ANY_JAIL}] Increase Ban ${host} (2 # 0:20:00 -> 2026-01-01 00:00:00)`,
    `NOTICE  [${ANY_JAIL}] ${host} already banned`,
    `INFO    [${ANY_JAIL}] Found ${host} - 2026-01-01 00:00:00`,
    `INFO    [${ANY_JAIL}] Ignore ${host} by ip`,
  ];
}

/** @returns undefined where the filter cannot be used */
function createFinder(
  jail: ResolvedJail,
): ((text: string, host: string) => boolean) | undefined {
  try {
    const find = createOwnFailures(toMatchJail(jail));
    const encoder = new TextEncoder();
    return (text, host) => {
      const line =
        `2026-01-01 00:00:00,123 fail2ban.actions        [4242]: ${text}\n`;
      return find(encoder.encode(line)).some((failure) =>
        failure.host === host
      );
    };
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

function toMatchJail(jail: ResolvedJail): MatchJail {
  const { settings } = jail;
  return {
    name: jail.name,
    syntax: "fail2ban",
    dateFormat: "auto",
    findTimeSeconds: 0,
    failPatterns: settings.failregex,
    ignorePatterns: settings.ignoreregex,
    prefixPattern: settings.prefregex,
    maxLines: settings.maxlines,
    datePattern: settings.datepattern,
  };
}
