/**
 * A host that stands in a field of its own: in JSON, or in a list of hosts.
 *
 * @module
 */

import { parseAddress } from "../util/address.ts";
import type { Host } from "./host.ts";

/** What stands in brackets before a port, and a quad before one. */
const WITH_PORT =
  /^(?:\[([0-9A-Fa-f:.]+)\](?::(\d{1,5}))?|(\d[\d.]*):(\d{1,5}))$/;

const GREATEST_PORT = 65_535;

/**
 * Reads a whole text as an address, by itself or before a port.
 *
 *     192.0.2.7    192.0.2.7:51234    2001:db8::7    [2001:db8::7]    [2001:db8::7]:51234
 *
 * @returns whether the host was filled; false for anything else, names included
 */
export function readHostField(text: string, host: Host): boolean {
  const hit = WITH_PORT.exec(text);
  const port = hit?.[2] ?? hit?.[4] ?? "0";
  if (Number(port) > GREATEST_PORT) return false;
  const address = hit?.[1] ?? hit?.[3] ?? text;
  // Brackets are for IPv6 alone.
  if (hit?.[1] !== undefined && !address.includes(":")) return false;
  host.prefix = 128;
  return parseAddress(address, host.words) !== 0;
}
