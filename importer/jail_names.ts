/**
 * What fail2ban's jails are called here.
 *
 * @module
 */

import type { Conversion } from "./convert_tree.ts";

/** @returns our names by fail2ban's; a jail that was written disabled is left out, since it holds no bans */
export function mapJailNames(
  { jails }: Conversion,
): ReadonlyMap<string, string> {
  return new Map(
    jails.filter(({ isEnabled }) => isEnabled)
      .map(({ name, ownName }) => [name, ownName]),
  );
}
