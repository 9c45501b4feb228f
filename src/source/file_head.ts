/**
 * The first bytes of a file, by which it is known again under another name or number, as a copy, or packed.
 *
 * @module
 */

/** How much of a file's beginning is remembered. */
export const HEAD_BYTES = 256;

/** @returns the head with the bytes behind it, as far as they belong to it; a new one, since positions share it */
export function extendHead(head: Uint8Array, next: Uint8Array): Uint8Array {
  const taken = next.subarray(0, HEAD_BYTES - head.length);
  if (taken.length === 0) return head;
  const extended = new Uint8Array(head.length + taken.length);
  extended.set(head);
  extended.set(taken, head.length);
  return extended;
}

/** As far as both go: a file that was shorter has a part of what was known, unless it was truncated. */
export function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  const length = Math.min(bytes.length, head.length);
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== head[at]) return false;
  }
  return true;
}
