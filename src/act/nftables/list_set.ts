/**
 * Lists the elements of sets: the hosts that are banned now, as the kernel has it.
 *
 * @module
 */

import type { AttributeReader } from "../netlink/codec.ts";
import { explainFailure, NetlinkError } from "../netlink/errors.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { Batch } from "./batch.ts";
import {
  NFGEN_BYTES,
  NFT_MSG,
  NFTA_SET_ELEM,
  NFTA_SET_ELEM_LIST,
} from "./protocol.ts";
import { parseSlotName, type Slot, wordsOfKey } from "./slot.ts";

/** One element of a set. */
export interface SetElement {
  /** Four words, v4-mapped for IPv4. */
  readonly words: Uint32Array;
  /** `Infinity`: until it is taken out. */
  readonly remainingSeconds: number;
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

/** Where elements come from and go to. */
export interface Found {
  readonly slot: Slot;
  /** Grows. */
  readonly found: SetElement[];
}

/** Reads the elements that a message brings. */
export function readElements(attributes: AttributeReader, into: Found): void {
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
