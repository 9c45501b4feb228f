/**
 * Where fail2ban keeps its memory.
 *
 * @module
 */

import type { ResolvedTree } from "./read_tree.ts";

const STOCK_PATH = "/var/lib/fail2ban/fail2ban.sqlite3";

/** @returns the database that `dbfile` of fail2ban.conf names; undefined where it keeps none, `None` or `:memory:` */
export function banDatabasePath({ daemon }: ResolvedTree): string | undefined {
  const name = daemon.get("dbfile") ?? STOCK_PATH;
  return /^(?:none|:memory:)?$/i.test(name) ? undefined : name;
}
