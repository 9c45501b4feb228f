/**
 * Writes and lists the elements of sets: the banned hosts.
 *
 * @module
 */

import type { Ban } from "../../track/types.ts";
import { maskWords } from "../../util/address.ts";
import type { AttributeReader, MessageWriter } from "../netlink/codec.ts";
import { explainFailure, NetlinkError } from "../netlink/errors.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { Batch } from "./batch.ts";
import {
  NFGEN_BYTES,
  NFT_MSG,
  NFTA_DATA,
  NFTA_LIST_ELEM,
  NFTA_SET_ELEM,
  NFTA_SET_ELEM_LIST,
} from "./protocol.ts";
import {
  isHostSlot,
  parseSlotName,
  prefixOf,
  type Slot,
  wordsOfKey,
} from "./slot.ts";

/**
 * The kernel counts in ticks of 1-10 ms and rounds down, and takes 0 for "for ever": a ban that has all but ended must
 * not become one without end.
 */
const MIN_TIMEOUT_MS = 100;
/** A hundred years; beyond it a ban is for ever, long before the kernel's arithmetic overflows. */
const MAX_TIMEOUT_MS = 100 * 365 * 86400 * 1000;

/** One element of a set. */
export interface SetElement {
  /** Four words, v4-mapped for IPv4. */
  readonly words: Uint32Array;
  /** `Infinity`: until it is taken out. */
  readonly remainingSeconds: number;
}

/** @returns the time-out in milliseconds; 0 is for ever */
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
  readonly slot: Slot;
  /** At most 1,000, since an attribute ends at 64 KB. */
  readonly bans: readonly Ban[];
  readonly nowSeconds: number;
}

/**
 * Lists a set's elements as the kernel has them now. Any process with its own socket may ask.
 *
 * @param socket of NETLINK_NETFILTER
 * @param of the set; `table` is in the family inet
 * @throws {NetlinkError} when there is no such set, or without CAP_NET_ADMIN
 * @throws {RangeError} when the set's name is none of fail2deno's
 *
 * @example
 * ```ts
 * listSet(openNetlink(openLibc(), NETLINK_NETFILTER), { table: "fail2deno", set: "sshd-v4" });
 * ```
 */
export function listSet(
  socket: NetlinkSocket,
  { table, set }: { readonly table: string; readonly set: string },
): readonly SetElement[] {
  const slot = parseSlotName(set)?.slot;
  if (slot === undefined) {
    throw new RangeError(`Cannot list set "${set}": expected JAIL-v4 or -v6`);
  }
  return listSlot(socket, { batch: new Batch(table), slot });
}

/** As `listSet`, with a batch to write the request in. */
export function listSlot(
  socket: NetlinkSocket,
  { batch, slot }: { readonly batch: Batch; readonly slot: Slot },
): readonly SetElement[] {
  const sequence = batch.beginRequest(NFT_MSG.GETSETELEM);
  batch.writer.string(NFTA_SET_ELEM_LIST.TABLE, batch.table);
  batch.writer.string(NFTA_SET_ELEM_LIST.SET, slot.name);
  batch.writer.endMessage();
  let found: SetElement[] = [];
  const failures = socket.dump(batch.writer.bytes(), sequence, () => {
    found = [];
    return (message) =>
      readElements(message.attributes(NFGEN_BYTES), { slot, found });
  });
  const failure = failures[0];
  if (failure !== undefined) {
    throw new NetlinkError(
      `Cannot list set "${slot.name}": ${explainFailure(failure)}`,
      failure.errno,
    );
  }
  return found;
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

function writeKey(
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

interface Found {
  readonly slot: Slot;
  readonly found: SetElement[];
}

function readElements(attributes: AttributeReader, into: Found): void {
  while (attributes.next()) {
    if (attributes.type !== NFTA_SET_ELEM_LIST.ELEMENTS) continue;
    const list = attributes.nested();
    while (list.next()) readElement(list.nested(), into);
  }
}

function readElement(
  attributes: AttributeReader,
  { slot, found }: Found,
): void {
  let words: Uint32Array | undefined;
  let remainingSeconds = Infinity;
  while (attributes.next()) {
    if (attributes.type === NFTA_SET_ELEM.EXPIRATION) {
      remainingSeconds = attributes.u64be() / 1000;
    } else if (attributes.type === NFTA_SET_ELEM.KEY) {
      const key = attributes.nested();
      if (key.next()) words = wordsOfKey(key.bytes(), slot.family);
    }
  }
  if (words !== undefined) found.push({ words, remainingSeconds });
}
