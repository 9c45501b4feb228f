/**
 * Hosts and networks as keys of rows.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import { smallBytes, smallWords } from "../util/small_arrays.ts";

const CODE_9 = 57;

/** Bytes of a key. */
const KEY_BYTES = 17;

/**
 * Writes a host as a key: the address in network order, v4-mapped for IPv4, then the prefix.
 *
 *     192.0.2.7   →   00000000000000000000ffffc0000207 80
 */
export function toHostBytes(
  { words, prefix }: Network,
): Uint8Array<ArrayBuffer> {
  const bytes = smallBytes(KEY_BYTES);
  for (let i = 0; i < 4; i++) {
    const word = words[i] ?? 0;
    bytes[4 * i] = word >>> 24;
    bytes[4 * i + 1] = word >>> 16;
    bytes[4 * i + 2] = word >>> 8;
    bytes[4 * i + 3] = word;
  }
  bytes[16] = prefix;
  return bytes;
}

/** @returns the host of a key, or undefined for what is none */
export function fromHostBytes(value: unknown): Network | undefined {
  if (!(value instanceof Uint8Array) || value.length !== KEY_BYTES) {
    return undefined;
  }
  return fromHostText(value.toHex());
}

/** @returns the host of a key that SQLite wrote by `hex`: bytes take twice as long to be read, and more to be collected */
export function fromHostText(value: unknown): Network | undefined {
  if (typeof value !== "string" || value.length !== 2 * KEY_BYTES) {
    return undefined;
  }
  const prefix = wordOf(value, 32, 34);
  if (prefix > 128) return undefined;
  const words = smallWords(4);
  for (let i = 0; i < 4; i++) words[i] = wordOf(value, 8 * i, 8 * i + 8);
  return { words, prefix };
}

/** @returns what the hexadecimal digits between two places stand for */
function wordOf(text: string, from: number, to: number): number {
  let word = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    word = word << 4 | (code <= CODE_9 ? code & 15 : (code & 15) + 9);
  }
  return word >>> 0;
}
