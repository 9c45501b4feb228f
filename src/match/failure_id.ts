/**
 * Whose failure it is, by fail2ban's rules.
 *
 * @module
 */

import { isMapped, maskWords, parseNetwork } from "../util/address.ts";
import type { Caught } from "./caught.ts";
import { GROUP } from "./group_places.ts";
import type { Host } from "./host.ts";

/**
 * What the id turned out to be.
 *
 * address: it is in the host's words. name: a host name, to be resolved. other: a text of the filter's own (`<F-ID>`), or
 * digits that are no address. unknown: no line of the connection told it yet. none: the pattern cannot tell it.
 */
export type IdKind = "address" | "name" | "other" | "unknown" | "none";

/** Where an id is put; one object is filled again and again. */
export interface FailureId {
  readonly address: Host;
  /** The id where it is no address; undefined where `address` has it. */
  ownId: string | undefined;
}

/**
 * Reads the id of a failure: `fid`, else the address of `ip4` or `ip6` (masked by `cidr`), else the name of `dns`.
 *
 * @param caught by the patterns
 * @param isRaw takes names and `fid` as they are
 * @param into filled
 */
export function readFailureId(
  caught: Caught,
  isRaw: boolean,
  into: FailureId,
): IdKind {
  const own = ownGroupOf(caught);
  const hasFid = caught.has(GROUP.fid);
  if (own < 0) {
    if (hasFid) return readFid(caught, isRaw, into);
    return caught.has(GROUP.mlfid) ? "unknown" : "none";
  }
  if (own === GROUP.dns && !isRaw) {
    return setText(into, caught.textAt(own), "name");
  }
  if (hasFid && caught.textAt(GROUP.fid) !== caught.textAt(own)) {
    return readFid(caught, isRaw, into);
  }
  if (own === GROUP.dns) return setText(into, caught.textAt(own), "other");
  return readAddress(caught, own, into);
}

/**
 * Reads an address that may stand in brackets or bear a prefix.
 *
 * @returns whether the host was filled
 */
export function readNetwork(text: string, host: Host): boolean {
  const network = parseNetwork(
    text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text,
  );
  if (network === undefined || network.prefix === 0) return false;
  host.words.set(network.words);
  host.prefix = network.prefix;
  return true;
}

/** @returns the first group that took part of those that catch a host by itself; -1 where none did */
function ownGroupOf(caught: Caught): number {
  if (caught.has(GROUP.ip4)) return GROUP.ip4;
  if (caught.has(GROUP.ip6)) return GROUP.ip6;
  return caught.has(GROUP.dns) ? GROUP.dns : -1;
}

function readFid(caught: Caught, isRaw: boolean, into: FailureId): IdKind {
  const fid = caught.textAt(GROUP.fid) ?? "";
  if (isRaw || !readNetwork(fid, into.address)) {
    return setText(into, fid, "other");
  }
  return setText(into, undefined, "address");
}

function readAddress(caught: Caught, own: number, into: FailureId): IdKind {
  const host = into.address;
  if (caught.readAddress(own, host.words) === 0) {
    return setText(into, caught.textAt(own), "other");
  }
  host.prefix = 128;
  if (caught.says(GROUP.cidr)) {
    const cidr = caught.textAt(GROUP.cidr) ?? "";
    if (!mask(host, Number(cidr))) {
      return setText(into, `${caught.textAt(own)}/${cidr}`, "other");
    }
  }
  return setText(into, undefined, "address");
}

/** A network of all addresses is no host that failed. */
function mask(host: Host, bits: number): boolean {
  const isFour = isMapped(host.words);
  if (!(bits >= 1 && bits <= (isFour ? 32 : 128))) return false;
  host.prefix = isFour ? bits + 96 : bits;
  maskWords(host.words, host.prefix);
  return true;
}

function setText(
  into: FailureId,
  text: string | undefined,
  kind: IdKind,
): IdKind {
  into.ownId = text;
  return kind;
}
