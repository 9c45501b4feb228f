/**
 * Takes over what an earlier life left: the bans first, since the firewall waits for them and for nothing else.
 *
 * @module
 */

import { toBan } from "./act/delivery/message.ts";
import type { Outbox } from "./act/delivery/types.ts";
import type { Store } from "./store/types.ts";
import type { TrackerRecords } from "./track/records.ts";
import type { Decision, StoredBan } from "./track/types.ts";

/** Where it goes. */
export interface RestoreOptions {
  readonly records: TrackerRecords;
  /** What actions are to be told; it is stored with the decisions that caused it. */
  readonly outbox: Outbox;
  /** Whose bans end with the process. */
  readonly isForgetful: (jail: string) => boolean;
}

/**
 * Takes over the bans that are in force.
 *
 * @returns those that ended meanwhile, or with the earlier life
 */
export function restoreBans(
  store: Store,
  { records, isForgetful }: RestoreOptions,
  nowSeconds: number,
): readonly StoredBan[] {
  const ended: StoredBan[] = [];
  for (const ban of store.bans(-Infinity)) {
    const isOver = !(ban.endSeconds > nowSeconds);
    if (isOver || isForgetful(ban.jail)) ended.push(ban);
    else records.restoreBan(ban, nowSeconds);
  }
  return ended;
}

/** Takes over counts, failures, and what actions are still to be told. */
export function restoreRest(
  store: Store,
  { records, outbox }: RestoreOptions,
): void {
  for (const row of store.counts()) records.restoreCount(row);
  for (const row of store.failures()) records.restoreFailures(row);
  outbox.restore(store.outbox(), store.memories());
}

/** Has actions told of bans that the kernel has ended, and stores them no longer. */
export function forgetEnded(
  store: Store,
  { outbox }: RestoreOptions,
  ended: readonly StoredBan[],
): void {
  if (ended.length === 0) return;
  outbox.take(ended.map((ban): Decision => ({
    kind: "unban",
    ban: toBan(ban),
    reason: "expired",
  })));
  store.commit((writer) => {
    for (const { jail, host } of ended) writer.bans.remove(jail, host);
    outbox.drain(writer.outbox);
  });
}
