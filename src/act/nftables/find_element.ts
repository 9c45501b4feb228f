/**
 * Asks for one element of a set: a dump of a hundred thousand would hold everybody up.
 *
 * @module
 */

import { ERRNO, explainFailure, NetlinkError } from "../netlink/errors.ts";
import { type NetlinkSocket, NLM_F } from "../netlink/socket.ts";
import type { Batch } from "./batch.ts";
import { writeKey } from "./elements.ts";
import { readElements, type SetElement } from "./list_set.ts";
import {
  NFGEN_BYTES,
  NFT_MSG,
  NFTA_LIST_ELEM,
  NFTA_SET_ELEM_LIST,
} from "./protocol.ts";
import type { Slot } from "./slot.ts";

/** What is looked for. */
export interface ElementQuery {
  /** To write the request in. */
  readonly batch: Batch;
  readonly slot: Slot;
  /** Of the host, or of any host in the network. */
  readonly words: Uint32Array;
}

/**
 * Looks a host up in the kernel.
 *
 * @returns the element; `undefined` where it, or its set, is not there
 * @throws {NetlinkError} when the kernel does not tell
 */
export function findElement(
  socket: NetlinkSocket,
  { batch, slot, words }: ElementQuery,
): SetElement | undefined {
  const { writer } = batch;
  const sequence = batch.beginRequest(NFT_MSG.GETSETELEM, NLM_F.ACK);
  writer.string(NFTA_SET_ELEM_LIST.TABLE, batch.table);
  writer.string(NFTA_SET_ELEM_LIST.SET, slot.name);
  const elements = writer.beginNested(NFTA_SET_ELEM_LIST.ELEMENTS);
  const element = writer.beginNested(NFTA_LIST_ELEM);
  writeKey(writer, slot, words);
  writer.endNested(element);
  writer.endNested(elements);
  writer.endMessage();
  const found: SetElement[] = [];
  const [failure] = socket.request(
    writer.bytes(),
    sequence,
    (message) => readElements(message.attributes(NFGEN_BYTES), { slot, found }),
  );
  if (failure === undefined) return found[0];
  if (failure.errno === ERRNO.ENOENT) return undefined;
  throw new NetlinkError(
    `Cannot look into set "${slot.name}": ${explainFailure(failure)}`,
    failure.errno,
  );
}
