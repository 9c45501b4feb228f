/**
 * Hosts and networks as keys of rows.
 *
 * @module
 */

import type { Network } from "../util/address.ts";

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
  const bytes = new Uint8Array(KEY_BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) view.setUint32(i * 4, words[i] ?? 0);
  bytes[16] = prefix;
  return bytes;
}

/** @returns the host of a key, or undefined for what is none */
export function fromHostBytes(value: unknown): Network | undefined {
  if (!(value instanceof Uint8Array) || value.length !== KEY_BYTES) {
    return undefined;
  }
  const view = new DataView(value.buffer, value.byteOffset, KEY_BYTES);
  const prefix = view.getUint8(16);
  if (prefix > 128) return undefined;
  const words = Uint32Array.of(
    view.getUint32(0),
    view.getUint32(4),
    view.getUint32(8),
    view.getUint32(12),
  );
  return { words, prefix };
}
