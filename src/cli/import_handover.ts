/**
 * Gives fail2ban's bans and counts to the state of the daemon, which takes them up when it starts.
 *
 * @module
 */

import type { ImportedBans } from "../../importer/ban_database.ts";
import { STATE_FILE } from "../state_keeper.ts";
import { openStore } from "../store/store.ts";
import type { Store, StoreWriter } from "../store/types.ts";
import { formatNetwork, type Network } from "../util/address.ts";
import type { Logger } from "../util/log.ts";

/** What is handed over, and where to. */
export interface HandOverOptions {
  readonly read: ImportedBans;
  /** Our names of the jails by fail2ban's. */
  readonly names: ReadonlyMap<string, string>;
  /** The daemon's folder of state; made where it is not there. */
  readonly folder: string;
  readonly log: Logger;
  readonly nowSeconds: number;
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
    const known = readKnown(store, options.nowSeconds);
    const handed = { bans: 0, counts: 0 };
    store.commit((writer) => {
      handed.bans = putBans(writer, known, options);
      handed.counts = putCounts(writer, known, options);
    });
    return handed;
  } finally {
    store.close();
  }
}

/** What the state holds already, by jail and host. */
interface Known {
  readonly ends: ReadonlyMap<string, number>;
  readonly counts: ReadonlyMap<string, number>;
}

function readKnown(store: Store, nowSeconds: number): Known {
  const ends = new Map<string, number>();
  for (const { jail, host, endSeconds } of store.bans(nowSeconds)) {
    ends.set(keyOf(jail, host), endSeconds);
  }
  const counts = new Map<string, number>();
  for (const { jail, host, count } of store.counts()) {
    counts.set(keyOf(jail, host), count);
  }
  return { ends, counts };
}

function putBans(
  writer: StoreWriter,
  { ends }: Known,
  { read, names }: HandOverOptions,
): number {
  let sum = 0;
  for (const { jail: theirs, network, ...terms } of read.bans) {
    const jail = names.get(theirs);
    if (jail === undefined) continue;
    const known = ends.get(keyOf(jail, network)) ?? -Infinity;
    if (known >= terms.endSeconds) continue;
    const host = formatNetwork(network);
    const ban = { jail, host, ...network, ...terms };
    writer.bans.put(ban);
    writer.addHistory({ kind: "ban", ban });
    sum++;
  }
  return sum;
}

function putCounts(
  writer: StoreWriter,
  { counts }: Known,
  { read, names }: HandOverOptions,
): number {
  let sum = 0;
  for (const { jail: theirs, network: host, count } of read.counts) {
    const jail = names.get(theirs);
    if (jail === undefined) continue;
    if ((counts.get(keyOf(jail, host)) ?? 0) >= count) continue;
    writer.counts.put({ jail, host, count });
    sum++;
  }
  return sum;
}

function keyOf(jail: string, host: Network): string {
  return `${jail} ${formatNetwork(host)}`;
}
