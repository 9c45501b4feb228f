/**
 * A slot: the kernel's set for the hosts of one jail, one family and one prefix length.
 *
 * Each length has a hash set of its own, and its rules mask the packet's address before they look into it: a ban costs
 * the same however many there are, and networks that lie in each other, each with its own end, do not get in each other's
 * way, as they would in an interval set.
 *
 *     sshd-v4        single IPv4 hosts      ip saddr @sshd-v4
 *     sshd-v4net24   IPv4 networks /24      ip saddr & 255.255.255.0 == @sshd-v4net24
 *     sshd-v6net64   IPv6 networks /64      ip6 saddr & ffff:ffff:ffff:ffff:: == @sshd-v6net64
 *
 * @module
 */

import { isMapped, MAPPED_WORD } from "../../util/address.ts";
import { smallWords } from "../../util/small_arrays.ts";

/** See the module. */
export interface Slot {
  /** Name of the set. */
  readonly name: string;
  /** Of the addresses in it. */
  readonly family: 4 | 6;
  /** Of the prefix, in the family's own terms: 32 or 128 for single hosts. */
  readonly bits: number;
}

/** Which slot an address belongs to. */
export interface SlotKey {
  /** Of the address. */
  readonly family: 4 | 6;
  /** Of the prefix, in the family's own terms. */
  readonly bits: number;
}

const NAME =
  /^(.+)-v(?:(4)(?:net([0-9]|[12][0-9]|3[01]))?|(6)(?:net([0-9]|[1-9][0-9]|1[01][0-9]|12[0-7]))?)$/;

/** Tells hosts from networks. @returns whether the slot holds single hosts */
export function isHostSlot({ family, bits }: SlotKey): boolean {
  return bits === (family === 4 ? 32 : 128);
}

/** Names a set. @returns the slot of a jail */
export function slotOf(jail: string, key: SlotKey): Slot {
  const suffix = isHostSlot(key) ? "" : `net${key.bits}`;
  return { name: `${jail}-v${key.family}${suffix}`, ...key };
}

/** Reads a set's name back. @returns its jail and slot, or `undefined` where the name is none of ours */
export function parseSlotName(
  name: string,
): { readonly jail: string; readonly slot: Slot } | undefined {
  const match = NAME.exec(name);
  const jail = match?.[1];
  if (match === null || jail === undefined) return undefined;
  const family = match[2] === undefined ? 6 : 4;
  const longest = family === 4 ? 32 : 128;
  const bits = Number(match[3] ?? match[5] ?? longest);
  return { jail, slot: { name, family, bits } };
}

/** Finds the family and prefix length of an address. @param prefix of the 128-bit form */
export function slotKeyOf(words: Uint32Array, prefix: number): SlotKey {
  return prefix >= 96 && isMapped(words)
    ? { family: 4, bits: prefix - 96 }
    : { family: 6, bits: prefix };
}

/** Goes back to the common form of both families. @returns the prefix of the 128-bit form */
export function prefixOf({ family, bits }: SlotKey): number {
  return family === 4 ? bits + 96 : bits;
}

/**
 * Reads an address out of an element.
 *
 * @returns the address that a set's key stands for, as four words; `undefined` where the length is wrong
 */
export function wordsOfKey(
  key: Uint8Array,
  family: 4 | 6,
): Uint32Array | undefined {
  if (key.length !== (family === 4 ? 4 : 16)) return undefined;
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  const words = smallWords(4);
  const first = family === 4 ? 3 : 0;
  if (family === 4) words[2] = MAPPED_WORD;
  for (let i = first; i < 4; i++) words[i] = view.getUint32(4 * (i - first));
  return words;
}
