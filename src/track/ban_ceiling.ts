/**
 * No more bans than a fixed number: who makes room for whom.
 *
 * A new ban always gets in, since it answers an attack that goes on now. The ban that would be over first makes room, and
 * bans for ever only where there are no others, the one that began first before the rest. A ban of an earlier life answers
 * nothing new: it is left out where it would be the first to go.
 *
 * @module
 */

import type { BanList, BanTerms } from "./ban_list.ts";

/** What a ceiling is made with. */
export interface BanCeilingOptions {
  /** The bans in force. */
  readonly bans: BanList;
  /** How many there may be, from 1. */
  readonly most: number;
  /** Ends the ban in this slot. */
  readonly onDisplaced: (slot: number) => void;
}

/** See the module. Every operation is O(log bans). */
export class BanCeiling {
  readonly #options: BanCeilingOptions;

  /** Changes nothing yet. */
  constructor(options: BanCeilingOptions) {
    this.#options = options;
  }

  /** Makes room for one ban more. */
  makeRoom(): void {
    const { bans, most, onDisplaced } = this.#options;
    while (bans.size >= most) onDisplaced(bans.firstToGo);
  }

  /**
   * Makes room for a ban of an earlier life, unless it would be the first to go.
   *
   * @returns whether there is room now
   */
  admits(
    { startSeconds, endSeconds }: Pick<BanTerms, "startSeconds" | "endSeconds">,
  ): boolean {
    const { bans, most } = this.#options;
    if (bans.size < most) return true;
    const first = bans.firstToGo;
    const isFirst = endSeconds === bans.endOf(first)
      ? startSeconds <= bans.startOf(first)
      : endSeconds < bans.endOf(first);
    if (isFirst) return false;
    this.makeRoom();
    return true;
  }
}
