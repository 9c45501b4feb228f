/**
 * What `ipset save` and `ipset list -terse` print, as far as it concerns us.
 *
 *     create f2d-sshd-v4 hash:net family inet hashsize 1024 maxelem 65536 timeout 0 …
 *     add f2d-sshd-v4 192.0.2.7 timeout 599
 *
 * @module
 */

import { type Network, parseNetwork } from "../../util/address.ts";
import { OWN_PREFIX } from "../own_name.ts";

/** A set of ours. */
export interface SavedSet {
  readonly name: string;
  /** `hash:net`. */
  readonly type: string;
  /** `family inet hashsize 1024 maxelem 65536 timeout 0 …`. */
  readonly header: string;
  /** Hosts in it, those among them whose time is over and that are not swept out yet. */
  readonly count: number;
}

/** A host in a set. */
export interface SavedHost extends Network {
  /** Of the set. */
  readonly set: string;
  /** `Infinity` is for ever. */
  readonly remainingSeconds: number;
}

const TERSE =
  /^Name: (\S+)\nType: (\S+)\n(?:.*\n)??Header: (.*)\n(?:.*\n)*?Number of entries: (\d+)/;
const ADD = /^add (\S+) (\S+)(?: timeout (\d+))?/gm;

/** Reads `ipset list -terse`. @returns our sets by name */
export function parseSetList(text: string): ReadonlyMap<string, SavedSet> {
  const sets = new Map<string, SavedSet>();
  for (const part of text.split(/\n(?=Name: )/)) {
    const match = TERSE.exec(part);
    const [, name = "", type = "", header = "", count] = match ?? [];
    if (!name.startsWith(OWN_PREFIX)) continue;
    sets.set(name, { name, type, header, count: Number(count) });
  }
  return sets;
}

/** Reads `ipset save`. @returns the hosts in our sets */
export function parseSavedHosts(text: string): SavedHost[] {
  const hosts: SavedHost[] = [];
  for (const [, set = "", host = "", timeout = "0"] of text.matchAll(ADD)) {
    const network = parseNetwork(host);
    if (network === undefined || !set.startsWith(OWN_PREFIX)) continue;
    const remainingSeconds = timeout === "0" ? Infinity : Number(timeout);
    hosts.push({ set, ...network, remainingSeconds });
  }
  return hosts;
}
