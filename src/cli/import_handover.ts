/**
 * Gives fail2ban's bans and counts to the state of the daemon, which takes them up when it starts.
 *
 * @module
 */

import type { ImportedBans } from "../../importer/ban_database.ts";
import { STATE_FILE } from "../state_keeper.ts";
import { openStore } from "../store/store.ts";
import type { StateRecord } from "../store/state_record.ts";
import type { Logger } from "../util/log.ts";

/** What is handed over, and where to. */
export interface HandOverOptions {
  readonly read: ImportedBans;
  /** Our names of the jails by fail2ban's. */
  readonly names: ReadonlyMap<string, string>;
  /** The daemon's folder of state; made where it is not there. */
  readonly folder: string;
  readonly log: Logger;
}

/** What the state has now that it had not. */
export interface HandedOver {
  readonly bans: number;
  readonly counts: number;
}

/**
 * Hands over in one transaction. A ban of ours that lasts longer stays, and so does a higher count.
 *
 * @throws {StateInUseError} where a daemon runs
 * @throws {Error} what SQLite or the system says where nothing can be stored
 */
export function handOverBans(options: HandOverOptions): HandedOver {
  const { folder, log } = options;
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = openStore({ path: `${folder}/${STATE_FILE}`, log });
  try {
    const counts = store.merge(toRecords(options));
    return {
      bans: counts.get("ban")?.taken ?? 0,
      counts: counts.get("count")?.taken ?? 0,
    };
  } finally {
    store.close();
  }
}

function* toRecords(
  { read, names }: HandOverOptions,
): Generator<StateRecord> {
  for (const { jail: theirs, network: host, ...terms } of read.bans) {
    const jail = names.get(theirs);
    if (jail === undefined) continue;
    const ban = { jail, host, ...terms };
    yield { kind: "ban", ban };
    yield { kind: "history", ban };
  }
  for (const { jail: theirs, network: host, count } of read.counts) {
    const jail = names.get(theirs);
    if (jail !== undefined) {
      yield { kind: "count", count: { jail, host, count } };
    }
  }
}
