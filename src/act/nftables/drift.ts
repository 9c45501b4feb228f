/**
 * What others changed in our table, as the kernel tells it.
 *
 * Each transaction is told message by message, one for each thing that it made or took away, and ends with one that tells
 * who made it. All of them bear the port of the socket that asked for it, which is how ours are known:
 *
 *     DELSETELEM  port 4711  table fail2deno  set sshd-v4  elements { 192.0.2.7 }
 *     DELSET      port 4711  table fail2deno  name sshd-v4
 *     NEWGEN      port 4711  generation 812  by nft
 *
 * An element whose time is over is told by nobody, and is no drift.
 *
 * @module
 */

import { type AttributeReader, MessageReader } from "../netlink/codec.ts";
import type { LostHost } from "../types.ts";
import { readElements, type SetElement } from "./list_set.ts";
import {
  INET_HEADER,
  NFGEN_BYTES,
  NFT_MSG,
  NFTA_ANY_TABLE,
  NFTA_CHAIN,
  NFTA_GEN_PROC_NAME,
  NFTA_RULE,
  NFTA_SET,
  NFTA_SET_ELEM_LIST,
} from "./protocol.ts";
import { parseSlotName, prefixOf, type Slot } from "./slot.ts";

/** Hosts that are remembered one by one; beyond it their jail is looked through. */
const MOST_HOSTS = 10_000;

/** Attribute that names what a message is about, by its type; 0 where that is the table. */
const NAMES: ReadonlyMap<number, number> = new Map([
  [NFT_MSG.DELTABLE, 0],
  // Switches a table's rules off and on.
  [NFT_MSG.NEWTABLE, 0],
  [NFT_MSG.DELCHAIN, NFTA_CHAIN.NAME],
  [NFT_MSG.DELRULE, NFTA_RULE.CHAIN],
  [NFT_MSG.DELSET, NFTA_SET.NAME],
  [NFT_MSG.DELSETELEM, NFTA_SET_ELEM_LIST.SET],
]);

/** Collects changes until they are repaired. */
export class Drift {
  /** Hosts that were taken out of sets that may still be there. */
  readonly hosts: LostHost[] = [];
  /** Jails of which a set went, or more hosts than are listed. */
  readonly jails = new Set<string>();
  /** Program that changed something. */
  by = "";
  /** Whether messages were lost: anything may have changed. */
  isOverrun = false;
  /** Whether a table, chain, rule or set went. */
  isStructural = false;
  /** Chains that lost a rule; others may have come into it. */
  readonly chains = new Set<string>();
  /** Whether a transaction that touched us has been told to its end. */
  isComplete = false;

  /** Whether there is nothing to repair. */
  get isEmpty(): boolean {
    return !this.isStructural && !this.isOverrun && this.hosts.length === 0 &&
      this.jails.size === 0;
  }

  /** Takes in what is told. @param ours the name of our table, and the port of the socket that we change it by */
  add(
    datagram: Uint8Array,
    ours: { readonly table: string; readonly port: number },
  ): void {
    const message = new MessageReader(datagram);
    while (message.next()) {
      if (message.port === ours.port) continue;
      if (message.type === NFT_MSG.NEWGEN) this.#end(message);
      else if (NAMES.has(message.type)) this.#take(message, ours.table);
    }
  }

  #end(message: MessageReader): void {
    if (this.isEmpty) return;
    this.isComplete = true;
    const attributes = message.attributes(NFGEN_BYTES);
    while (attributes.next()) {
      if (attributes.type === NFTA_GEN_PROC_NAME) this.by = attributes.string();
    }
  }

  #take(message: MessageReader, ours: string): void {
    if (message.payload()[0] !== INET_HEADER[0]) return;
    const nameType = NAMES.get(message.type);
    let table = "";
    let name = "";
    const attributes = message.attributes(NFGEN_BYTES);
    while (attributes.next()) {
      if (attributes.type === NFTA_ANY_TABLE) table = attributes.string();
      else if (attributes.type === nameType) name = attributes.string();
    }
    if (table !== ours) return;
    const set = parseSlotName(name);
    if (message.type !== NFT_MSG.DELSETELEM) {
      this.isStructural = true;
      if (message.type === NFT_MSG.DELRULE) this.chains.add(name);
      if (message.type === NFT_MSG.DELSET && set !== undefined) {
        this.jails.add(set.jail);
      }
    } else if (set !== undefined) {
      this.#takeHosts(message.attributes(NFGEN_BYTES), set);
    }
  }

  #takeHosts(
    attributes: AttributeReader,
    { jail, slot }: { readonly jail: string; readonly slot: Slot },
  ): void {
    if (this.hosts.length >= MOST_HOSTS) {
      this.jails.add(jail);
      return;
    }
    const found: SetElement[] = [];
    readElements(attributes, { slot, found });
    for (const { words } of found) {
      this.hosts.push({ jail, words, prefix: prefixOf(slot) });
    }
  }
}
