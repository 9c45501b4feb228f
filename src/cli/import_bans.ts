/**
 * What fail2ban's own database holds for the jails of an import.
 *
 * @module
 */

import {
  type ImportedBans,
  readBanDatabase,
} from "../../importer/ban_database.ts";
import { banDatabasePath } from "../../importer/ban_database_path.ts";
import { BanDatabaseError } from "../../importer/ban_rows.ts";
import type { Conversion } from "../../importer/convert_tree.ts";
import { jailBanTimes } from "../../importer/jail_ban_times.ts";
import { mapJailNames } from "../../importer/jail_names.ts";
import type { ResolvedTree } from "../../importer/read_tree.ts";
import { escapeText } from "../util/escape.ts";

/** A database that is there, and what was read from it. */
export interface FoundBans {
  readonly path: string;
  /** Absent: it cannot be read. */
  readonly read?: ImportedBans;
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** @returns undefined where fail2ban has no database */
export function findBans(
  tree: ResolvedTree,
  { conversion, nowSeconds }: {
    readonly conversion: Conversion;
    readonly nowSeconds: number;
  },
): FoundBans | undefined {
  const path = banDatabasePath(tree);
  if (path === undefined) return undefined;
  const names = mapJailNames(conversion);
  const jails = new Map(
    tree.jails.filter(({ name }) => names.has(name))
      .map((jail) => [jail.name, jailBanTimes(jail)] as const),
  );
  try {
    return { path, read: readBanDatabase(path, { nowSeconds, jails }) };
  } catch (error) {
    if (!(error instanceof BanDatabaseError)) throw error;
    if (error.cause instanceof Deno.errors.NotFound) return undefined;
    return { path, problem: error.message };
  }
}

/** @returns a line for a person, empty where there is nothing to tell */
export function formatBans(found: FoundBans | undefined): string {
  if (found === undefined) return "";
  const { path, read, problem } = found;
  if (read === undefined) return `${escapeText(problem ?? "", 400)}\n`;
  const passed = read.skipped.map(({ reason, count }) =>
    `; ${count} passed over: ${reason}`
  ).join("");
  const { length } = read.bans;
  if (length === 0 && passed === "") return "";
  const bans = length === 1
    ? "1 ban that runs on"
    : `${length} bans that run on`;
  return `${escapeText(path, 200)} has ${bans}, not carried over${passed}\n`;
}

/** @returns the same for programs */
export function recordBans(found: FoundBans | undefined) {
  if (found === undefined) return undefined;
  const { path, read, problem } = found;
  return read === undefined ? { path, problem } : {
    path,
    version: read.version,
    running: read.bans.length,
    counted: read.counts.length,
    skipped: read.skipped,
  };
}
