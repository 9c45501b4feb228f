/**
 * IP addresses and networks as four 32-bit words: the form in which hosts are compared, counted and sent to the kernel.
 *
 * An IPv4 address is held v4-mapped, so one table serves both families:
 *
 *     192.0.2.7            0x00000000 0x00000000 0x0000ffff 0xc0000207
 *     2001:db8::1          0x20010db8 0x00000000 0x00000000 0x00000001
 *
 * @module
 */

import { smallWords } from "./small_arrays.ts";

/** Address family; `0` where a text is no address. */
export type Family = 0 | 4 | 6;

/** An address block, written `192.0.2.0/24`; a single host has the longest prefix. */
export interface Network {
  /** The address, v4-mapped for IPv4, with all bits below the prefix cleared. */
  readonly words: Uint32Array;
  /** Bits of the prefix in the 128-bit form: IPv4 `/24` is 120. */
  readonly prefix: number;
}

/** The third word of every v4-mapped address. */
export const MAPPED_WORD = 0xffff;

const DOT = 46;
const COLON = 58;
const PERCENT = 37;

/**
 * Reads an address without allocating.
 *
 * Dotted quads need four octets of 0-255 without leading zeros (so that no reader takes them for octal); IPv6 is RFC 4291
 * with `::` and an embedded dotted quad. A v4-mapped IPv6 address is IPv4. Zones (`fe80::1%eth0`) are refused.
 *
 * @param text the whole address, without brackets or blanks
 * @param out receives four words at `offset`; its content is undefined when the result is 0
 * @param offset index of the first word, default 0
 * @returns the family, or 0 where `text` is no address
 */
export function parseAddress(
  text: string,
  out: Uint32Array,
  offset = 0,
): Family {
  const length = text.length;
  if (length < 2 || length > 45) return 0;
  const quad = parseQuad(text, 0, length);
  if (quad >= 0) {
    out[offset] = 0;
    out[offset + 1] = 0;
    out[offset + 2] = MAPPED_WORD;
    out[offset + 3] = quad;
    return 4;
  }
  if (text.indexOf(":") < 0 || !parseGroups(text, out, offset)) return 0;
  return isMapped(out, offset) ? 4 : 6;
}

/**
 * Tells IPv4 from IPv6.
 *
 * @returns whether the four words at `offset` hold an IPv4 address
 */
export function isMapped(words: Uint32Array, offset = 0): boolean {
  return words[offset] === 0 && words[offset + 1] === 0 &&
    words[offset + 2] === MAPPED_WORD;
}

/**
 * Tells IPv4 from IPv6.
 *
 * @returns the family of the four words at `offset`
 */
export function familyOf(words: Uint32Array, offset = 0): 4 | 6 {
  return isMapped(words, offset) ? 4 : 6;
}

/**
 * Writes an address in its canonical text form (RFC 5952 for IPv6).
 *
 * @param words four words at `offset`
 * @returns for example `192.0.2.7` or `2001:db8::1`
 */
export function formatAddress(words: Uint32Array, offset = 0): string {
  if (isMapped(words, offset)) return formatQuad(words[offset + 3] ?? 0);
  const groups: number[] = [];
  for (let i = 0; i < 4; i++) {
    const word = words[offset + i] ?? 0;
    groups.push(word >>> 16, word & 0xffff);
  }
  return formatGroups(groups);
}

/**
 * Reads `192.0.2.0/24`, `2001:db8::/32`, `10.0.0.0/255.0.0.0` or a single address.
 *
 * Host bits below the prefix are cleared, as fail2ban does.
 *
 * @returns the network, or `undefined` where `text` is none
 */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const words = smallWords(4);
  const family = parseAddress(slash < 0 ? text : text.slice(0, slash), words);
  if (family === 0) return undefined;
  if (slash < 0) return { words, prefix: 128 };
  // ::ffff:192.0.2.0/120 counts its bits as IPv6 does, and with less than 96 it would be neither family
  const isQuad = text.indexOf(":") < 0;
  const bits = parsePrefix(text.slice(slash + 1), isQuad ? 4 : 6);
  if (bits === undefined) return undefined;
  const prefix = isQuad ? bits + 96 : bits;
  if (family === 4 && prefix < 96) return undefined;
  maskWords(words, prefix);
  return { words, prefix };
}

/**
 * Writes a network in its canonical text form.
 *
 * @returns the network's text; the prefix is left out for a single host
 */
export function formatNetwork(network: Network): string {
  const address = formatAddress(network.words);
  if (network.prefix === 128) return address;
  const bits = isMapped(network.words) ? network.prefix - 96 : network.prefix;
  return `${address}/${bits}`;
}

/** Clears all bits below the prefix, in place. @param prefix 0-128 */
export function maskWords(
  words: Uint32Array,
  prefix: number,
  offset = 0,
): void {
  for (let i = 0; i < 4; i++) {
    const kept = Math.min(32, Math.max(0, prefix - i * 32));
    const mask = kept === 0 ? 0 : (0xffffffff << (32 - kept)) >>> 0;
    words[offset + i] = ((words[offset + i] ?? 0) & mask) >>> 0;
  }
}

/**
 * Compares an address with a network's prefix.
 *
 * @returns whether the four words at `offset` lie in the network; no IPv4 address lies in an IPv6 network such as `::/0`
 */
export function isInNetwork(
  words: Uint32Array,
  network: Network,
  offset = 0,
): boolean {
  if (network.prefix < 96 && isMapped(words, offset)) return false;
  for (let i = 0; i < 4; i++) {
    const kept = Math.min(32, Math.max(0, network.prefix - i * 32));
    if (kept === 0) return true;
    const mask = (0xffffffff << (32 - kept)) >>> 0;
    const differing = (words[offset + i] ?? 0) ^ (network.words[i] ?? 0);
    if ((differing & mask) !== 0) return false;
  }
  return true;
}

/** @returns the quad as an unsigned word, or -1 */
function parseQuad(text: string, start: number, end: number): number {
  let word = 0;
  let octets = 0;
  let octet = -1;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || ++octets > 3) return -1;
      word = word << 8 | octet;
      octet = -1;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || octet === 0) return -1;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
    }
  }
  return octets === 3 && octet >= 0 ? (word << 8 | octet) >>> 0 : -1;
}

function parseGroups(
  text: string,
  out: Uint32Array,
  offset: number,
): boolean {
  GROUPS.fill(0);
  const gap = text.indexOf("::");
  if (gap < 0) {
    if (readGroups(text, 0, text.length, 0) !== 8) return false;
  } else {
    if (text.indexOf("::", gap + 1) >= 0) return false;
    const head = gap === 0 ? 0 : readGroups(text, 0, gap, 0);
    if (head < 0) return false;
    const tail = gap + 2 === text.length
      ? 0
      : readGroups(text, gap + 2, text.length, head);
    if (tail < 0 || head + tail > 7) return false;
    GROUPS.copyWithin(8 - tail, head, head + tail);
    GROUPS.fill(0, head, 8 - tail);
  }
  for (let i = 0; i < 4; i++) {
    const high = (GROUPS[2 * i] ?? 0) << 16;
    out[offset + i] = (high | (GROUPS[2 * i + 1] ?? 0)) >>> 0;
  }
  return true;
}

/** Scratch for one IPv6 address: 8 groups, and room to overflow into. */
const GROUPS = new Uint16Array(10);

/** @returns how many groups stand in the range, stored from `first` on; -1 where it is malformed */
function readGroups(
  text: string,
  start: number,
  end: number,
  first: number,
): number {
  let count = 0;
  let group = -1;
  let digits = 0;
  let groupStart = start;
  for (let i = start; i <= end; i++) {
    const code = i < end ? text.charCodeAt(i) : COLON;
    if (code === COLON) {
      if (group < 0 || first + count >= 8) return -1;
      GROUPS[first + count++] = group;
      group = -1;
      digits = 0;
      groupStart = i + 1;
    } else if (code === DOT) {
      // A dotted quad stands only at the end of the address, not before a gap
      if (end !== text.length) return -1;
      const quad = parseQuad(text, groupStart, end);
      if (quad < 0 || first + count > 6) return -1;
      GROUPS[first + count] = quad >>> 16;
      GROUPS[first + count + 1] = quad & 0xffff;
      return count + 2;
    } else {
      const digit = hexDigit(code);
      if (code === PERCENT || digit < 0 || ++digits > 4) return -1;
      group = (group < 0 ? 0 : group << 4) | digit;
    }
  }
  return count;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function parsePrefix(text: string, family: 4 | 6): number | undefined {
  if (/^\d{1,3}$/.test(text)) {
    const bits = Number(text);
    return bits <= (family === 4 ? 32 : 128) ? bits : undefined;
  }
  const quad = family === 4 ? parseQuad(text, 0, text.length) : -1;
  if (quad < 0) return undefined;
  const bits = quad === 0 ? 0 : 32 - Math.log2((~quad >>> 0) + 1);
  return Number.isInteger(bits) ? bits : undefined;
}

function formatQuad(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${
    word & 255
  }`;
}

/** Shortens the longest run of two or more zero groups to `::`, the first of equals. */
function formatGroups(groups: readonly number[]): string {
  let bestStart = -1;
  let bestLength = 1;
  let start = -1;
  for (let i = 0; i <= 8; i++) {
    if (groups[i] === 0) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      if (i - start > bestLength) {
        bestStart = start;
        bestLength = i - start;
      }
      start = -1;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(":");
  const head = hex.slice(0, bestStart).join(":");
  const tail = hex.slice(bestStart + bestLength).join(":");
  return `${head}::${tail}`;
}
