/**
 * Puts bans back that somebody took out of the firewall.
 *
 * @module
 */

import type { LostBans } from "./act/types.ts";
import type { TrackerRecords } from "./track/records.ts";
import type { Ban, Decision } from "./track/types.ts";

/** Bans that are put back before others get their turn: about 10 ms. */
const TURN = 2_000;

/** What it works with. */
export interface RestoreLostOptions {
  /** Knows which bans are in force. */
  readonly records: Pick<TrackerRecords, "banOf" | "bansOf">;
  /** Has them carried out. */
  readonly apply: (decisions: readonly Decision[]) => void;
}

/**
 * Applies those once more that are in force. The first turn is over before it returns; what changes between two turns is
 * minded, since each ban is looked up in its own.
 *
 * @returns how many bans were put back
 */
export async function restoreLost(
  lost: LostBans,
  { records, apply }: RestoreLostOptions,
): Promise<number> {
  let count = 0;
  const bans = listLost(lost, records);
  for (;;) {
    const turn = takeTurn(bans);
    if (turn.length === 0) return count;
    apply(turn);
    count += turn.length;
    if (turn.length < TURN) return count;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function* listLost(
  { hosts, jails }: LostBans,
  records: RestoreLostOptions["records"],
): Generator<Ban, void, void> {
  for (const host of hosts) {
    const ban = records.banOf(host.jail, host);
    if (ban !== undefined) yield ban;
  }
  for (const [jail, isLost] of jails) {
    for (const ban of records.bansOf(jail)) {
      if (isLost(ban)) yield ban;
    }
  }
}

function takeTurn(bans: Generator<Ban, void, void>): Decision[] {
  const turn: Decision[] = [];
  while (turn.length < TURN) {
    const { value, done } = bans.next();
    if (done === true) break;
    turn.push({ kind: "ban", ban: value });
  }
  return turn;
}
