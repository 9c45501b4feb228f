/**
 * Puts bans back that somebody took out of the firewall.
 *
 * @module
 */

import type { LostBans } from "./act/types.ts";
import type { TrackerRecords } from "./track/records.ts";
import type { Decision } from "./track/types.ts";

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
  for (const turn of turnsOf(listLost(lost, records))) {
    apply(turn);
    count += turn.length;
    if (turn.length < TURN) break;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return count;
}

/** Makes decisions when their turn comes: many at once are slow to make, and large. @returns them turn by turn */
export function* turnsOf(
  decisions: Iterable<Decision>,
): Generator<readonly Decision[], void, void> {
  let turn: Decision[] = [];
  for (const decision of decisions) {
    turn.push(decision);
    if (turn.length < TURN) continue;
    yield turn;
    turn = [];
  }
  if (turn.length > 0) yield turn;
}

function* listLost(
  { hosts, jails }: LostBans,
  records: RestoreLostOptions["records"],
): Generator<Decision, void, void> {
  for (const host of hosts) {
    const ban = records.banOf(host.jail, host);
    if (ban !== undefined) yield { kind: "ban", ban };
  }
  for (const [jail, isLost] of jails) {
    for (const ban of records.bansOf(jail)) {
      if (isLost(ban)) yield { kind: "ban", ban };
    }
  }
}
