/**
 * fail2ban's own memory: who is banned, and how often everybody was.
 *
 * @module
 */

import {
  formatNetwork,
  isMapped,
  type Network,
  parseNetwork,
} from "../src/util/address.ts";
import { BanDatabaseError, type BanRow, BanRows } from "./ban_rows.ts";
import { type JailBanTimes, restoreBan } from "./restore_ban.ts";

/** Hosts that are read at most, those of all jails together. */
const MAX_HOSTS = 1_000_000;

/** What a row is passed over for. */
export type SkipReason =
  | "its jail is not enabled here"
  | "its id is no address"
  | "its times are no times"
  | "there are too many hosts"
  | "the file is damaged from here on";

/** A host that is banned now. */
export interface ImportedBan {
  /** fail2ban's name of the jail. */
  readonly jail: string;
  readonly network: Network;
  readonly startSeconds: number;
  /** `Infinity` for ever. */
  readonly endSeconds: number;
  /** Bans so far, this one included. */
  readonly count: number;
  /** That led to it. */
  readonly failures: number;
}

/** How often a host was banned, now or before. */
export interface ImportedCount {
  /** fail2ban's name of the jail. */
  readonly jail: string;
  readonly network: Network;
  readonly count: number;
  readonly lastBanSeconds: number;
}

/** All that there is to take over. */
export interface ImportedBans {
  /** Of the schema, 1 to 4. */
  readonly version: number;
  readonly bans: readonly ImportedBan[];
  /** Also those of `bans`. */
  readonly counts: readonly ImportedCount[];
  /** Rows that are in neither, by reason. Of a damaged file it is not known how many there were. */
  readonly skipped: readonly SkippedRows[];
}

/** Rows that cannot be used. */
export interface SkippedRows {
  readonly reason: SkipReason;
  readonly count: number;
}

/** By what the bans are judged. */
export interface ReadBansOptions {
  readonly nowSeconds: number;
  /** By fail2ban's name; rows of other jails are skipped. */
  readonly jails: ReadonlyMap<string, JailBanTimes>;
}

/** A row in which all is as it should be. */
interface SoundRow {
  readonly jail: string;
  readonly network: Network;
  readonly startSeconds: number;
  readonly banTimeSeconds: number;
  readonly count: number;
  readonly failures: number;
}

/**
 * Reads a database of version 1 to 4. Nothing is written, and what is wrong with a row touches no other.
 *
 * Versions 1 and 2 keep no ban times and no counts: their bans last as long as the jail bans now, and count once, which is
 * what fail2ban makes of them. Whether a host is in `ignoreip` by now is for the caller to ask.
 *
 * @param path the file, or one that fail2ban still has open
 * @throws {BanDatabaseError} when it is no database of fail2ban's, or cannot be read without writing
 */
export function readBanDatabase(
  path: string,
  options: ReadBansOptions,
): ImportedBans {
  using rows = new BanRows(path);
  const skipped = new Map<SkipReason, number>();
  const skip = (reason: SkipReason) => {
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  };
  const latest = collectLatest(rows, options, skip);
  const counts = latest.map(({ jail, network, count, startSeconds }) => ({
    jail,
    network,
    count,
    lastBanSeconds: startSeconds,
  }));
  return {
    version: rows.version,
    bans: latest.flatMap((row) => toBan(row, options)),
    counts,
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
  };
}

/** The last row of each host of a jail. */
function collectLatest(
  rows: BanRows,
  { jails }: ReadBansOptions,
  skip: (reason: SkipReason) => void,
): SoundRow[] {
  const latest = new Map<string, SoundRow>();
  try {
    for (const row of rows.read()) {
      const sound = checkRow(row, jails);
      if (typeof sound === "string") {
        skip(sound);
        continue;
      }
      const key = `${sound.jail}\n${formatNetwork(sound.network)}`;
      const other = latest.get(key);
      if (other === undefined && latest.size >= MAX_HOSTS) {
        skip("there are too many hosts");
      } else if (
        other === undefined || other.startSeconds <= sound.startSeconds
      ) latest.set(key, sound);
    }
  } catch (error) {
    if (!(error instanceof BanDatabaseError)) throw error;
    skip("the file is damaged from here on");
  }
  return [...latest.values()];
}

function checkRow(
  row: BanRow,
  jails: ReadonlyMap<string, JailBanTimes>,
): SoundRow | SkipReason {
  const { jail, startSeconds, banTimeSeconds } = row;
  if (jail === null || !jails.has(jail)) return "its jail is not enabled here";
  const network = row.id === null ? undefined : parseNetwork(row.id);
  if (network === undefined || isEverybody(network)) {
    return "its id is no address";
  }
  if (
    startSeconds === null || startSeconds < 0 || banTimeSeconds === null ||
    banTimeSeconds < -2
  ) return "its times are no times";
  return {
    jail,
    network,
    startSeconds,
    banTimeSeconds,
    count: atLeastOne(row.count),
    failures: atLeastOne(row.failures),
  };
}

/** No filter catches the whole of a family: such a row was made to lock everybody out. */
function isEverybody({ words, prefix }: Network): boolean {
  return prefix === 0 || (prefix === 96 && isMapped(words));
}

function atLeastOne(value: number | null): number {
  return value === null ? 1 : Math.max(1, Math.trunc(value));
}

function toBan(
  { jail, network, count, failures, ...kept }: SoundRow,
  { jails, nowSeconds }: ReadBansOptions,
): ImportedBan[] {
  const times = jails.get(jail);
  const endSeconds = times && restoreBan(kept, { jail: times, nowSeconds });
  if (endSeconds === undefined) return [];
  const { startSeconds } = kept;
  return [{ jail, network, startSeconds, endSeconds, count, failures }];
}
