/**
 * What a jail's chains and sets are called where the kernel takes short names only.
 *
 * @module
 */

/** All that bears it is ours, and nothing else is. */
export const OWN_PREFIX = "f2d-";

/** iptables takes 28 characters; ipset takes 31, so that `-v4` has its place behind. */
const MAX_LENGTH = 28;
const HASH_LENGTH = 12;

/**
 * Names a jail's chain: `f2d-sshd`. Of a long name the beginning stays, with 62 bits of a hash behind a `~`, which no jail's
 * name can hold: two jails never share a chain.
 *
 * @param jail its name
 */
export function ownName(jail: string): string {
  const name = OWN_PREFIX + jail;
  if (name.length <= MAX_LENGTH) return name;
  const start = name.slice(0, MAX_LENGTH - HASH_LENGTH - 1);
  return `${start}~${hash(jail)}`;
}

function hash(text: string): string {
  const high = BigInt(fnv(text, 0x811c9dc5) >>> 1);
  const low = BigInt(fnv(text, 0x050c5d1f) >>> 1);
  return (high << 31n | low).toString(36).padStart(HASH_LENGTH, "0");
}

/** FNV-1a. */
function fnv(text: string, basis: number): number {
  let value = basis;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
