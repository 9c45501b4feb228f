/**
 * Bans as fail2ban's commands list them, make them and end them.
 *
 * @module
 */

import { formatLocalTime } from "../../util/local_time.ts";
import { parseNetwork } from "../../util/address.ts";
import type { Ban } from "../../track/types.ts";
import type { DaemonControl } from "../types.ts";
import { Fail2banError } from "./fail2ban_error.ts";
import type { PickleValue } from "./pickle_value.ts";
import { jailNames } from "./running_jails.ts";

/** @returns the hosts that a jail bans, the one that is free first in front */
export function bannedHosts(
  control: DaemonControl,
  jail: string,
): readonly string[] {
  return byEnd(control.activeBans(jail)).map(({ host }) => host);
}

/** @returns `192.0.2.1 \t2026-11-20 18:17:26 + 600 = 2026-11-20 18:27:26` for each ban; `-1` is for ever */
export function bansWithTime(
  control: DaemonControl,
  jail: string,
): readonly string[] {
  return byEnd(control.activeBans(jail))
    .map(({ host, startSeconds, endSeconds }) => {
      const isForEver = endSeconds === Infinity;
      const length = isForEver ? -1 : Math.round(endSeconds - startSeconds);
      const until = isForEver
        ? "9999-12-31 23:59:59"
        : formatLocalTime(endSeconds);
      return `${host} \t${
        formatLocalTime(startSeconds)
      } + ${length} = ${until}`;
    });
}

/** @returns `[{jail: [host, …]}, …]` */
export function listBanned(control: DaemonControl): PickleValue {
  return jailNames(control).map((name) =>
    new Map([[name, bannedHosts(control, name)]])
  );
}

/** @returns the jails that ban a host; none for a word that is no address, which nobody bans */
export function listJailsOf(
  control: DaemonControl,
  host: string,
): readonly string[] {
  if (parseNetwork(host) === undefined) return [];
  return control.jailsBanning(host).toSorted();
}

/** @returns how many hosts are banned now that were not */
export function countBanned(
  control: DaemonControl,
  jail: string,
  hosts: readonly string[],
): number {
  const outcomes = control.ban({ jail, hosts: requireHosts(hosts) });
  return outcomes.filter(({ outcome }) => outcome === "banned").length;
}

/**
 * Frees hosts. A word that is no address frees nobody.
 *
 * @param jail absent: in all jails
 * @returns how many bans ended
 */
export function countUnbanned(
  control: DaemonControl,
  hosts: readonly string[],
  jail?: string,
): number {
  const known = requireHosts(hosts)
    .filter((host) => parseNetwork(host) !== undefined);
  return known.length === 0
    ? 0
    : control.unban({ hosts: known, jail }).unbanned;
}

/** @throws {Fail2banError} where there is none */
export function requireHosts(hosts: readonly string[]): readonly string[] {
  if (hosts.length > 0) return hosts;
  throw new Fail2banError("IndexError", "list index out of range");
}

/** Of those that end together, the older one comes first; the desk has the newest in front. */
function byEnd(bans: readonly Ban[]): readonly Ban[] {
  return bans.toReversed().sort((a, b) =>
    a.endSeconds === b.endSeconds
      ? a.startSeconds - b.startSeconds
      : a.endSeconds - b.endSeconds
  );
}
