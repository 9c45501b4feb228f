/**
 * Writes the elements of sets: the banned hosts.
 *
 * @module
 */

import type { Ban } from "../../track/types.ts";
import { maskWords } from "../../util/address.ts";
import type { MessageWriter } from "../netlink/codec.ts";
import type { Batch } from "./batch.ts";
import { NFTA_DATA, NFTA_LIST_ELEM, NFTA_SET_ELEM } from "./protocol.ts";
import { isHostSlot, prefixOf, type Slot } from "./slot.ts";

/**
 * The kernel counts in ticks of 1-10 ms and rounds down, and takes 0 for "for ever": a ban that has all but ended must
 * not become one without end.
 */
const MIN_TIMEOUT_MS = 100;
/** A hundred years; beyond it a ban is for ever, long before the kernel's arithmetic overflows. */
const MAX_TIMEOUT_MS = 100 * 365 * 86400 * 1000;

/** Turns a ban's end into an element's time-out. @returns the time-out in milliseconds; 0 is for ever */
export function timeoutMs(endSeconds: number, nowSeconds: number): number {
  const ms = Math.ceil((endSeconds - nowSeconds) * 1000);
  if (ms > MAX_TIMEOUT_MS) return 0;
  return ms > MIN_TIMEOUT_MS ? ms : MIN_TIMEOUT_MS;
}

/**
 * Puts bans in with their present ends, whether or not they are in the set.
 *
 * The kernel leaves the time-out of an element that is there as it is (before Linux 6.12), so each is taken out first.
 * That costs 2 µs for a single ban; to insert and to ask again when the kernel refuses would cost 20 ms in that case,
 * since it waits for all processors before it drops a transaction.
 */
export function writeBans(
  batch: Batch,
  { slot, bans, nowSeconds }: ElementChange,
): void {
  writeRemoval(batch, { slot, bans });
  writeElements(batch, { slot, bans, nowSeconds, mode: "add" });
}

/** Puts bans in that are known not to be in the set: a third of the work. */
export function writeNewBans(batch: Batch, change: ElementChange): void {
  writeElements(batch, { ...change, mode: "add" });
}

/**
 * Takes bans out, whether or not they are in the set.
 *
 * To delete what is not there is an error that undoes the whole batch (a deletion that tolerates it came with Linux 6.3),
 * so each is added first where it is missing. Packets see the batch's end only.
 */
export function writeRemoval(
  batch: Batch,
  { slot, bans }: Omit<ElementChange, "nowSeconds">,
): void {
  writeElements(batch, { slot, bans, mode: "add" });
  writeElements(batch, { slot, bans, mode: "delete" });
}

/** What to change in a set. */
export interface ElementChange {
  /** The set; it exists, or is made earlier in the same batch. */
  readonly slot: Slot;
  /** At most 1,000, since an attribute ends at 64 KB. */
  readonly bans: readonly Ban[];
  /** By the clock that the bans' ends are told by. */
  readonly nowSeconds: number;
}

interface ElementWrite {
  readonly slot: Slot;
  readonly bans: readonly Ban[];
  readonly mode: "add" | "delete";
  /** Absent: without time-outs. */
  readonly nowSeconds?: number;
}

function writeElements(batch: Batch, change: ElementWrite): void {
  const { slot, bans, mode, nowSeconds } = change;
  const { writer } = batch;
  const start = batch.beginElements(slot.name, { mode });
  for (const ban of bans) {
    const element = writer.beginNested(NFTA_LIST_ELEM);
    writeKey(writer, slot, ban.words);
    if (nowSeconds !== undefined) {
      const ms = timeoutMs(ban.endSeconds, nowSeconds);
      if (ms > 0) writer.u64be(NFTA_SET_ELEM.TIMEOUT, ms);
    }
    writer.endNested(element);
  }
  batch.endElements(start);
}

/** Writes the key of an element. @param address cut to the slot's length here */
export function writeKey(
  writer: MessageWriter,
  slot: Slot,
  address: Uint32Array,
): void {
  let words = address;
  if (!isHostSlot(slot)) {
    words = address.slice();
    maskWords(words, prefixOf(slot));
  }
  const key = writer.beginNested(NFTA_SET_ELEM.KEY);
  writer.words(NFTA_DATA.VALUE, words, slot.family === 4 ? 3 : 0);
  writer.endNested(key);
}
