/**
 * Reads what the kernel has of our table.
 *
 * @module
 */

import type { AttributeReader } from "../netlink/codec.ts";
import { explainFailure, NetlinkError } from "../netlink/errors.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { Batch } from "./batch.ts";
import {
  NFGEN_BYTES,
  NFT_MSG,
  NFT_SET,
  NFT_TABLE_F_DORMANT,
  NFTA_CHAIN,
  NFTA_RULE,
  NFTA_SET,
  NFTA_SET_DESC_SIZE,
  NFTA_TABLE,
} from "./protocol.ts";
import { parseSlotName, type Slot } from "./slot.ts";

/** The table as it is. */
export interface TableState {
  /** Whether there is any. */
  readonly exists: boolean;
  /** Its rules are switched off. */
  readonly isDormant: boolean;
  /** Their names, whether ours or not. */
  readonly chains: ReadonlySet<string>;
  /** Rules by the name of their chain. */
  readonly rules: ReadonlyMap<string, number>;
  /** By name; anonymous ones are left out, since they go with their rules. */
  readonly sets: ReadonlyMap<string, SetState>;
}

/** What decides whether a set can be kept. */
export interface SetState {
  /** As it is in the kernel. */
  readonly name: string;
  /** NFT_SET bits. */
  readonly flags: number;
  /** Length of an element's key: 4 for IPv4, 16 for IPv6. */
  readonly keyBytes: number;
  /** Most elements it takes; 0 is no limit. */
  readonly maxSize: number;
}

/** No table. */
export const NO_TABLE: TableState = {
  exists: false,
  isDormant: false,
  chains: new Set(),
  rules: new Map(),
  sets: new Map(),
};

/** Asks the kernel for the table, its chains, its sets and the number of its rules. @throws {NetlinkError} when the kernel refuses to tell */
export function readTable(socket: NetlinkSocket, batch: Batch): TableState {
  let flags: number | undefined;
  collect(socket, batch, {
    type: NFT_MSG.GETTABLE,
    names: { table: NFTA_TABLE.NAME, name: NFTA_TABLE.NAME },
    receive(_, attributes) {
      flags = readNumber(attributes, NFTA_TABLE.FLAGS);
    },
  });
  if (flags === undefined) return NO_TABLE;
  const chains = new Set<string>();
  collect(socket, batch, {
    type: NFT_MSG.GETCHAIN,
    names: { table: NFTA_CHAIN.TABLE, name: NFTA_CHAIN.NAME },
    receive: (name) => chains.add(name),
  });
  const rules = new Map<string, number>();
  collect(socket, batch, {
    type: NFT_MSG.GETRULE,
    names: { table: NFTA_RULE.TABLE, name: NFTA_RULE.CHAIN },
    begin: () => rules.clear(),
    receive: (chain) => rules.set(chain, (rules.get(chain) ?? 0) + 1),
  });
  const sets = new Map<string, SetState>();
  collect(socket, batch, {
    type: NFT_MSG.GETSET,
    names: { table: NFTA_SET.TABLE, name: NFTA_SET.NAME },
    receive(name, attributes) {
      const set = readSet(name, attributes);
      if ((set.flags & NFT_SET.ANONYMOUS) === 0) sets.set(name, set);
    },
  });
  const isDormant = (flags & NFT_TABLE_F_DORMANT) !== 0;
  return { exists: true, isDormant, chains, rules, sets };
}

/** Compares a set with what its slot needs. @returns whether bans can go on in that set */
export function isCompatible(set: SetState, slot: Slot): boolean {
  return set.flags === NFT_SET.TIMEOUT && set.maxSize === 0 &&
    set.keyBytes === (slot.family === 4 ? 4 : 16) &&
    parseSlotName(set.name) !== undefined;
}

interface Collection {
  readonly type: number;
  /** Attributes that hold the table's and the thing's name. */
  readonly names: { readonly table: number; readonly name: number };
  /** Called before each attempt. */
  readonly begin?: () => void;
  readonly receive: (name: string, attributes: AttributeReader) => void;
}

/** Asks for all of the family inet, since older kernels cannot be asked for one table's. */
function collect(
  socket: NetlinkSocket,
  batch: Batch,
  { type, names, begin, receive }: Collection,
): void {
  const sequence = batch.beginRequest(type);
  batch.writer.endMessage();
  const failures = socket.dump(batch.writer.bytes(), sequence, () => {
    begin?.();
    return (message) => {
      let table = "";
      let name = "";
      const attributes = message.attributes(NFGEN_BYTES);
      while (attributes.next()) {
        if (attributes.type === names.table) table = attributes.string();
        if (attributes.type === names.name) name = attributes.string();
      }
      if (table === batch.table) receive(name, message.attributes(NFGEN_BYTES));
    };
  });
  const failure = failures[0];
  if (failure === undefined) return;
  throw new NetlinkError(
    `Cannot read table "${batch.table}": ${explainFailure(failure)}`,
    failure.errno,
  );
}

function readSet(name: string, attributes: AttributeReader): SetState {
  let flags = 0;
  let keyBytes = 0;
  let maxSize = 0;
  while (attributes.next()) {
    switch (attributes.type) {
      case NFTA_SET.FLAGS:
        flags = attributes.u32be();
        break;
      case NFTA_SET.KEY_LEN:
        keyBytes = attributes.u32be();
        break;
      case NFTA_SET.DESC:
        maxSize = readNumber(attributes.nested(), NFTA_SET_DESC_SIZE);
    }
  }
  return { name, flags, keyBytes, maxSize };
}

/** @returns the attribute of that type, or 0 */
function readNumber(attributes: AttributeReader, type: number): number {
  while (attributes.next()) {
    if (attributes.type === type) return attributes.u32be();
  }
  return 0;
}
