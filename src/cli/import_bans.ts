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
import { DEFAULT_STATE_DIR } from "../config/top_schema.ts";
import { escapeText } from "../util/escape.ts";
import { InputError, type Invocation } from "./command.ts";
import type { HandedOver } from "./import_handover.ts";
import { absolutePath } from "./setup.ts";

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

/** @throws {InputError} where there are none to be had */
export function requireBans(
  found: FoundBans | undefined,
  tree: ResolvedTree,
): void {
  if (found?.read !== undefined) return;
  throw new InputError(
    found?.problem ??
      `Cannot take over bans: ${describeAbsence(tree)}, expected a database`,
  );
}

/**
 * Gives what was found to the daemon's state.
 *
 * @throws {InputError} where a daemon holds it
 */
export async function takeOverBans(
  { options, context }: Invocation,
  { conversion, found }: {
    readonly conversion: Conversion;
    readonly found: FoundBans | undefined;
  },
): Promise<HandedOver | undefined> {
  const read = found?.read;
  if (read === undefined) return undefined;
  const { handOverBans } = await import("./import_handover.ts");
  const { useAlone } = await import("./state_file.ts");
  const { createLogger } = await import("../observe/logger.ts");
  const folder = typeof options.state === "string"
    ? absolutePath(options.state)
    : DEFAULT_STATE_DIR;
  const log = createLogger({
    level: "info",
    format: "text",
    write: context.err,
  });
  const names = mapJailNames(conversion);
  return useAlone(
    "take over bans",
    folder,
    () => handOverBans({ read, names, folder, log }),
  );
}

/**
 * @param handed what was handed over; absent: nobody asked for that
 * @returns a line for a person, empty where there is nothing to tell
 */
export function formatBans(
  found: FoundBans | undefined,
  handed: HandedOver | undefined,
): string {
  if (found === undefined) return "";
  const { path, read, problem } = found;
  if (read === undefined) return `${escapeText(problem ?? "", 400)}\n`;
  const passed = read.skipped.map(({ reason, count }) =>
    `; ${count} passed over: ${reason}`
  ).join("");
  const { length } = read.bans;
  if (length === 0 && passed === "") return "";
  const where = escapeText(path, 200);
  if (handed !== undefined) {
    return `Took over ${countOf(handed.bans, "ban")} and ${
      countOf(handed.counts, "count")
    } of ${where}${passed}\n`;
  }
  const bans = length === 1
    ? "1 ban that runs on"
    : `${length} bans that run on`;
  return `${where} has ${bans}: --bans takes them over${passed}\n`;
}

/** @returns the same for programs */
export function recordBans(
  found: FoundBans | undefined,
  handed: HandedOver | undefined,
) {
  if (found === undefined) return undefined;
  const { path, read, problem } = found;
  return read === undefined ? { path, problem } : {
    path,
    version: read.version,
    running: read.bans.length,
    counted: read.counts.length,
    skipped: read.skipped,
    ...(handed === undefined ? {} : { handed }),
  };
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function describeAbsence(tree: ResolvedTree): string {
  const path = banDatabasePath(tree);
  return path === undefined
    ? "fail2ban keeps none (dbfile = None)"
    : `there is no "${path}"`;
}
