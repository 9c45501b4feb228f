/**
 * Writes rules: what nft prints as `tcp dport { 22, 80-90 } ip saddr @sshd-v4 counter drop`.
 *
 * @module
 */

import type { PortRange, Protocol } from "../../config/types.ts";
import { maskWords } from "../../util/address.ts";
import type { FirewallRule } from "../contract.ts";
import type { MessageWriter } from "../netlink/codec.ts";
import { ANONYMOUS_NAME, type Batch } from "./batch.ts";
import {
  NF_VERDICT,
  NFPROTO,
  NFT_CMP,
  NFT_META,
  NFT_PAYLOAD,
  NFT_REG,
  NFT_REJECT,
  NFT_SET,
  NFT_SET_ELEM_INTERVAL_END,
  NFTA_BITWISE,
  NFTA_CMP,
  NFTA_DATA,
  NFTA_EXPR,
  NFTA_IMMEDIATE,
  NFTA_LIST_ELEM,
  NFTA_LOOKUP,
  NFTA_META,
  NFTA_PAYLOAD,
  NFTA_REJECT,
  NFTA_SET_ELEM,
  NFTA_VERDICT,
} from "./protocol.ts";
import { isHostSlot, prefixOf, type Slot } from "./slot.ts";

/** IANA's protocol numbers. */
const PROTOCOL_NUMBERS: Readonly<Record<Protocol, number>> = {
  tcp: 6,
  udp: 17,
  dccp: 33,
  sctp: 132,
};

/** In TCP, UDP, SCTP and DCCP alike. */
const DESTINATION_PORT_OFFSET = 2;
const MAX_PORT = 65535;

/** Adds a rule at the end of a jail's chain. @param slot the set that it looks into */
export function writeRule(
  batch: Batch,
  { chain, rule, slot }: {
    readonly chain: string;
    readonly rule: FirewallRule;
    readonly slot: Slot;
  },
): void {
  const ports = mergePorts(rule.ports);
  const portSet = ports.length > 1 ? writePortSet(batch, ports) : undefined;
  const { writer } = batch;
  const start = batch.beginRule(chain);
  if (rule.protocol !== undefined) {
    writeMeta(writer, NFT_META.L4PROTO);
    writeCompare(writer, NFT_CMP.EQ, u8(PROTOCOL_NUMBERS[rule.protocol]));
  }
  writePortMatch(writer, ports[0], portSet);
  writeSourceMatch(writer, slot);
  if (rule.counter) endExpression(writer, beginExpression(writer, "counter"));
  if (rule.verdict === "drop") writeVerdict(writer, NF_VERDICT.DROP);
  else writeReject(writer);
  batch.endRule(start);
}

/** Adds a rule that goes through another chain and comes back. */
export function writeJump(
  batch: Batch,
  { from, to }: { readonly from: string; readonly to: string },
): void {
  const start = batch.beginRule(from);
  writeVerdict(batch.writer, NF_VERDICT.JUMP, to);
  batch.endRule(start);
}

/** Sorts ranges and joins those that overlap or touch, which the kernel would refuse. */
export function mergePorts(ranges: readonly PortRange[]): PortRange[] {
  const sorted = ranges.toSorted((a, b) => a.from - b.from);
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of sorted) {
    const last = merged.at(-1);
    if (last === undefined || from > last.to + 1) merged.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return merged;
}

function writePortSet(batch: Batch, ports: readonly PortRange[]): number {
  const isInterval = ports.some(({ from, to }) => from !== to);
  const setId = batch.addPortSet(isInterval ? NFT_SET.INTERVAL : 0);
  const start = batch.beginElements(ANONYMOUS_NAME, { mode: "add", setId });
  const { writer } = batch;
  // nft begins an interval set with the gap before its first interval, and reads it back so.
  if (isInterval) writePort(writer, 0, NFT_SET_ELEM_INTERVAL_END);
  for (const { from, to } of ports) {
    writePort(writer, from, 0);
    if (isInterval && to < MAX_PORT) {
      writePort(writer, to + 1, NFT_SET_ELEM_INTERVAL_END);
    }
  }
  batch.endElements(start);
  return setId;
}

function writePort(writer: MessageWriter, port: number, flags: number): void {
  const element = writer.beginNested(NFTA_LIST_ELEM);
  writeData(writer, NFTA_SET_ELEM.KEY, u16(port));
  if (flags !== 0) writer.u32be(NFTA_SET_ELEM.FLAGS, flags);
  writer.endNested(element);
}

function writePortMatch(
  writer: MessageWriter,
  range: PortRange | undefined,
  portSet: number | undefined,
): void {
  if (range === undefined) return;
  writePayload(writer, {
    base: NFT_PAYLOAD.TRANSPORT,
    offset: DESTINATION_PORT_OFFSET,
    length: 2,
  });
  if (portSet !== undefined) {
    writeLookup(writer, ANONYMOUS_NAME, portSet);
  } else if (range.from === range.to) {
    writeCompare(writer, NFT_CMP.EQ, u16(range.from));
  } else {
    writeCompare(writer, NFT_CMP.GTE, u16(range.from));
    writeCompare(writer, NFT_CMP.LTE, u16(range.to));
  }
}

function writeSourceMatch(writer: MessageWriter, slot: Slot): void {
  const isV4 = slot.family === 4;
  writeMeta(writer, NFT_META.NFPROTO);
  writeCompare(writer, NFT_CMP.EQ, u8(isV4 ? NFPROTO.IPV4 : NFPROTO.IPV6));
  writePayload(writer, {
    base: NFT_PAYLOAD.NETWORK,
    offset: isV4 ? 12 : 8,
    length: isV4 ? 4 : 16,
  });
  if (!isHostSlot(slot)) writeMask(writer, slot);
  writeLookup(writer, slot.name);
}

function writeMask(writer: MessageWriter, slot: Slot): void {
  const mask = new Uint32Array(4).fill(0xffffffff);
  maskWords(mask, prefixOf(slot));
  const first = slot.family === 4 ? 3 : 0;
  const data = beginExpression(writer, "bitwise");
  writer.u32be(NFTA_BITWISE.SREG, NFT_REG.ONE);
  writer.u32be(NFTA_BITWISE.DREG, NFT_REG.ONE);
  writer.u32be(NFTA_BITWISE.LEN, 4 * (4 - first));
  writeWords(writer, NFTA_BITWISE.MASK, mask.subarray(first));
  writeWords(writer, NFTA_BITWISE.XOR, new Uint32Array(4 - first));
  endExpression(writer, data);
}

function writeMeta(writer: MessageWriter, key: number): void {
  const data = beginExpression(writer, "meta");
  writer.u32be(NFTA_META.KEY, key);
  writer.u32be(NFTA_META.DREG, NFT_REG.ONE);
  endExpression(writer, data);
}

function writeCompare(
  writer: MessageWriter,
  operator: number,
  value: Uint8Array,
): void {
  const data = beginExpression(writer, "cmp");
  writer.u32be(NFTA_CMP.SREG, NFT_REG.ONE);
  writer.u32be(NFTA_CMP.OP, operator);
  writeData(writer, NFTA_CMP.DATA, value);
  endExpression(writer, data);
}

function writePayload(
  writer: MessageWriter,
  { base, offset, length }: {
    readonly base: number;
    readonly offset: number;
    readonly length: number;
  },
): void {
  const data = beginExpression(writer, "payload");
  writer.u32be(NFTA_PAYLOAD.DREG, NFT_REG.ONE);
  writer.u32be(NFTA_PAYLOAD.BASE, base);
  writer.u32be(NFTA_PAYLOAD.OFFSET, offset);
  writer.u32be(NFTA_PAYLOAD.LEN, length);
  endExpression(writer, data);
}

function writeLookup(writer: MessageWriter, set: string, setId?: number): void {
  const data = beginExpression(writer, "lookup");
  writer.string(NFTA_LOOKUP.SET, set);
  writer.u32be(NFTA_LOOKUP.SREG, NFT_REG.ONE);
  if (setId !== undefined) writer.u32be(NFTA_LOOKUP.SET_ID, setId);
  endExpression(writer, data);
}

function writeVerdict(
  writer: MessageWriter,
  code: number,
  chain?: string,
): void {
  const data = beginExpression(writer, "immediate");
  writer.u32be(NFTA_IMMEDIATE.DREG, NFT_REG.VERDICT);
  const immediate = writer.beginNested(NFTA_IMMEDIATE.DATA);
  const verdict = writer.beginNested(NFTA_DATA.VERDICT);
  writer.u32be(NFTA_VERDICT.CODE, code);
  if (chain !== undefined) writer.string(NFTA_VERDICT.CHAIN, chain);
  writer.endNested(verdict);
  writer.endNested(immediate);
  endExpression(writer, data);
}

function writeReject(writer: MessageWriter): void {
  const data = beginExpression(writer, "reject");
  writer.u32be(NFTA_REJECT.TYPE, NFT_REJECT.ICMPX);
  writer.u8(NFTA_REJECT.ICMP_CODE, NFT_REJECT.ICMPX_PORT_UNREACHABLE);
  endExpression(writer, data);
}

interface Expression {
  readonly element: number;
  readonly content: number;
}

function beginExpression(writer: MessageWriter, name: string): Expression {
  const element = writer.beginNested(NFTA_LIST_ELEM);
  writer.string(NFTA_EXPR.NAME, name);
  return { element, content: writer.beginNested(NFTA_EXPR.DATA) };
}

function endExpression(writer: MessageWriter, expression: Expression): void {
  writer.endNested(expression.content);
  writer.endNested(expression.element);
}

function writeData(
  writer: MessageWriter,
  type: number,
  value: Uint8Array,
): void {
  const start = writer.beginNested(type);
  writer.raw(NFTA_DATA.VALUE, value);
  writer.endNested(start);
}

function writeWords(
  writer: MessageWriter,
  type: number,
  words: Uint32Array,
): void {
  const start = writer.beginNested(type);
  writer.words(NFTA_DATA.VALUE, words);
  writer.endNested(start);
}

function u8(value: number): Uint8Array {
  return new Uint8Array([value]);
}

/** Big-endian, as ports stand in a packet. */
function u16(value: number): Uint8Array {
  return new Uint8Array([value >> 8, value & 255]);
}
