/**
 * Ids of failures in one form.
 *
 * @module
 */

import { formatNetwork, parseNetwork } from "../src/util/address.ts";

/** @returns an address or network in its canonical form, anything else as it is: `2001:DB8::1` is `2001:db8::1` */
export function normalizeHost(id: string): string {
  const network = parseNetwork(id);
  return network === undefined ? id : formatNetwork(network);
}
