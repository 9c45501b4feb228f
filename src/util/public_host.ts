/**
 * Which hosts are somebody's on the internet, and may be banned on the word of others.
 *
 * @module
 */

import {
  isInNetwork,
  isMapped,
  type Network,
  parseNetwork,
} from "./address.ts";

/** IANA's special-purpose registry for IPv4, and all from 224.0.0.0 on. */
const SPECIAL_V4 = networks([
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8"],
  ...["169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"],
  ...["192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"],
  ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"],
]);

/** Where all global addresses of IPv6 are. */
const GLOBAL_V6 = networks(["2000::/3"]);

/** Within these, the special ones. */
const SPECIAL_V6 = networks([
  ...["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"],
]);

/** @returns undefined for what is no address, no single one, or nobody's on the internet */
export function readPublicHost(text: string): Network | undefined {
  const host = parseNetwork(text);
  if (host?.prefix !== 128) return undefined;
  const isIn = (network: Network) => isInNetwork(host.words, network);
  if (isMapped(host.words)) {
    return SPECIAL_V4.some(isIn) ? undefined : host;
  }
  return GLOBAL_V6.some(isIn) && !SPECIAL_V6.some(isIn) ? host : undefined;
}

function networks(texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}
