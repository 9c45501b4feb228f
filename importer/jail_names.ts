/**
 * Which jails of ours took the place of a jail of fail2ban's.
 *
 * @module
 */

import type { Conversion } from "./convert_tree.ts";

/** The jails that one jail came to. */
export interface JailNames {
  /**
   * Takes over its bans: the first one. All block the same ports, so one ban is as good as one in each, and a host that is
   * unbanned by hand is free.
   */
  readonly forBans: string;
  /** Take over its counts: each of them, since a host may come back in any of the logs. A count blocks nobody. */
  readonly forCounts: readonly string[];
}

/** @returns ours by fail2ban's names; a jail that was written disabled is left out, since it holds no bans */
export function mapJailNames(
  { jails }: Conversion,
): ReadonlyMap<string, JailNames> {
  const names = new Map<string, JailNames>();
  for (const { name, names: ours, isEnabled } of jails) {
    const [first] = ours;
    if (!isEnabled || first === undefined) continue;
    names.set(name, { forBans: first, forCounts: ours });
  }
  return names;
}
