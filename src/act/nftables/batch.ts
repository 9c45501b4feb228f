/**
 * Builds nf_tables transactions: all of a batch takes effect at once, or nothing does.
 *
 * @module
 */

import { type MessageHead, MessageWriter } from "../netlink/codec.ts";
import { NLM_F } from "../netlink/socket.ts";
import {
  BATCH_HEADER,
  INET_HEADER,
  KEY_TYPE,
  NF_HOOK,
  NF_VERDICT,
  NFT_MSG,
  NFT_SET,
  NFTA_CHAIN,
  NFTA_HOOK,
  NFTA_RULE,
  NFTA_SET,
  NFTA_SET_ELEM_LIST,
  NFTA_TABLE,
} from "./protocol.ts";
import type { Slot } from "./slot.ts";

/** Just before the chains of the administrator's own firewall, so that a ban wins over its `accept`. */
const PRIORITY_BEFORE_FILTER = -1;
/** Sequence numbers begin again here, long before they end. */
const LAST_SEQUENCE = 0xf0000000;

const CREATE = NLM_F.REQUEST | NLM_F.CREATE;

/** A hook's name, which its base chain bears too. */
export type HookName = keyof typeof NF_HOOK;

/** The transaction that is being written; used again after `begin()`. */
export class Batch {
  /** What the messages are written with. */
  readonly writer = new MessageWriter(65536);
  /** Name of the inet table that everything is in. */
  readonly table: string;
  #sequence = 0;
  #lastSequence = 0;
  #setId = 0;

  /** Starts empty. @param table name of the inet table that everything is in */
  constructor(table: string) {
    this.table = table;
  }

  /** Starts a new batch. */
  begin(): void {
    this.writer.reset();
    if (this.#sequence > LAST_SEQUENCE) this.#sequence = 0;
    this.#setId = 0;
    this.#writeMark(NFT_MSG.BATCH_BEGIN);
  }

  /** Ends the batch and asks for an answer to its last message. @returns what `NetlinkSocket.request` wants */
  finish(): { bytes: Uint8Array<ArrayBuffer>; lastSequence: number } {
    this.writer.addFlags(NLM_F.ACK);
    this.#lastSequence = this.#sequence;
    this.#writeMark(NFT_MSG.BATCH_END);
    return { bytes: this.writer.bytes(), lastSequence: this.#lastSequence };
  }

  /** Starts a single message that is no batch. @param flags default: a dump @returns its sequence number */
  beginRequest(type: number, flags: number = NLM_F.DUMP): number {
    this.writer.reset();
    this.#begin(type, NLM_F.REQUEST | flags);
    return this.#sequence;
  }

  /** Makes the table where there is none. */
  addTable(): void {
    this.#begin(NFT_MSG.NEWTABLE, CREATE);
    this.writer.string(NFTA_TABLE.NAME, this.table);
    this.writer.endMessage();
  }

  /** Deletes the table with all in it. */
  deleteTable(): void {
    this.#begin(NFT_MSG.DELTABLE, NLM_F.REQUEST);
    this.writer.string(NFTA_TABLE.NAME, this.table);
    this.writer.endMessage();
  }

  /** Makes a chain that others jump to, where there is none. */
  addChain(name: string): void {
    this.#beginChain(name);
    this.writer.endMessage();
  }

  /** A chain of type filter with policy accept. */
  addBaseChain(hook: HookName): void {
    const { writer } = this;
    this.#beginChain(hook);
    const nested = writer.beginNested(NFTA_CHAIN.HOOK);
    writer.u32be(NFTA_HOOK.HOOKNUM, NF_HOOK[hook]);
    writer.u32be(NFTA_HOOK.PRIORITY, PRIORITY_BEFORE_FILTER);
    writer.endNested(nested);
    writer.u32be(NFTA_CHAIN.POLICY, NF_VERDICT.ACCEPT);
    writer.string(NFTA_CHAIN.TYPE, "filter");
    writer.endMessage();
  }

  /** The chain must be empty by then. */
  deleteChain(name: string): void {
    this.#begin(NFT_MSG.DELCHAIN, NLM_F.REQUEST);
    this.writer.string(NFTA_CHAIN.TABLE, this.table);
    this.writer.string(NFTA_CHAIN.NAME, name);
    this.writer.endMessage();
  }

  /** Takes all rules out of a chain. */
  flushChain(name: string): void {
    this.#begin(NFT_MSG.DELRULE, NLM_F.REQUEST);
    this.writer.string(NFTA_RULE.TABLE, this.table);
    this.writer.string(NFTA_RULE.CHAIN, name);
    this.writer.endMessage();
  }

  /** Starts a rule at the chain's end; expressions follow. @returns what `endRule` wants */
  beginRule(chain: string): number {
    this.#begin(NFT_MSG.NEWRULE, CREATE | NLM_F.APPEND);
    this.writer.string(NFTA_RULE.TABLE, this.table);
    this.writer.string(NFTA_RULE.CHAIN, chain);
    return this.writer.beginNested(NFTA_RULE.EXPRESSIONS);
  }

  /** Ends the rule that `beginRule` started. */
  endRule(start: number): void {
    this.writer.endNested(start);
    this.writer.endMessage();
  }

  /** A set without a size, which grows as it must. */
  addSet({ name, family }: Slot): void {
    const { writer } = this;
    this.#begin(NFT_MSG.NEWSET, CREATE);
    writer.string(NFTA_SET.TABLE, this.table);
    writer.string(NFTA_SET.NAME, name);
    writer.u32be(NFTA_SET.FLAGS, NFT_SET.TIMEOUT);
    writer.u32be(
      NFTA_SET.KEY_TYPE,
      family === 4 ? KEY_TYPE.IPV4 : KEY_TYPE.IPV6,
    );
    writer.u32be(NFTA_SET.KEY_LEN, family === 4 ? 4 : 16);
    writer.u32be(NFTA_SET.ID, ++this.#setId);
    writer.endMessage();
  }

  /** A constant set of ports without a name, for the rule that comes next. @returns its number in this batch */
  addPortSet(flags: number): number {
    const { writer } = this;
    this.#begin(NFT_MSG.NEWSET, CREATE);
    writer.string(NFTA_SET.TABLE, this.table);
    writer.string(NFTA_SET.NAME, ANONYMOUS_NAME);
    writer.u32be(
      NFTA_SET.FLAGS,
      NFT_SET.ANONYMOUS | NFT_SET.CONSTANT | flags,
    );
    writer.u32be(NFTA_SET.KEY_TYPE, KEY_TYPE.PORT);
    writer.u32be(NFTA_SET.KEY_LEN, 2);
    writer.u32be(NFTA_SET.ID, ++this.#setId);
    writer.endMessage();
    return this.#setId;
  }

  /** No rule may refer to it by then. */
  deleteSet(name: string): void {
    this.#begin(NFT_MSG.DELSET, NLM_F.REQUEST);
    this.writer.string(NFTA_SET.TABLE, this.table);
    this.writer.string(NFTA_SET.NAME, name);
    this.writer.endMessage();
  }

  /** Takes all elements out. */
  flushSet(name: string): void {
    this.#begin(NFT_MSG.DELSETELEM, NLM_F.REQUEST);
    this.writer.string(NFTA_SET_ELEM_LIST.TABLE, this.table);
    this.writer.string(NFTA_SET_ELEM_LIST.SET, name);
    this.writer.endMessage();
  }

  /**
   * Starts a message of elements.
   *
   * @param mode `add` lets what is there be, `delete` wants it there
   * @param setId of a set made in this batch, where its name is not known yet
   * @returns what `endElements` wants
   */
  beginElements(
    set: string,
    { mode, setId }: {
      readonly mode: "add" | "delete";
      readonly setId?: number;
    },
  ): number {
    const type = mode === "delete" ? NFT_MSG.DELSETELEM : NFT_MSG.NEWSETELEM;
    this.#begin(type, mode === "delete" ? NLM_F.REQUEST : CREATE);
    this.writer.string(NFTA_SET_ELEM_LIST.TABLE, this.table);
    this.writer.string(NFTA_SET_ELEM_LIST.SET, set);
    if (setId !== undefined) {
      this.writer.u32be(NFTA_SET_ELEM_LIST.SET_ID, setId);
    }
    return this.writer.beginNested(NFTA_SET_ELEM_LIST.ELEMENTS);
  }

  /** Ends the message that `beginElements` started. */
  endElements(start: number): void {
    this.writer.endNested(start);
    this.writer.endMessage();
  }

  #beginChain(name: string): void {
    this.#begin(NFT_MSG.NEWCHAIN, CREATE);
    this.writer.string(NFTA_CHAIN.TABLE, this.table);
    this.writer.string(NFTA_CHAIN.NAME, name);
  }

  #begin(type: number, flags: number): void {
    const head: MessageHead = {
      type,
      flags,
      sequence: ++this.#sequence,
      header: INET_HEADER,
    };
    this.writer.beginMessage(head);
  }

  #writeMark(type: number): void {
    this.writer.beginMessage({
      type,
      flags: NLM_F.REQUEST,
      sequence: ++this.#sequence,
      header: BATCH_HEADER,
    });
    this.writer.endMessage();
  }
}

/** The kernel puts a number in place of `%d`. */
export const ANONYMOUS_NAME = "__set%d";
