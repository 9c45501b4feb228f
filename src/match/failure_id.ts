/**
 * Whose failure it is, by fail2ban's rules.
 *
 * @module
 */

import {
  formatNetwork,
  isMapped,
  maskWords,
  parseAddress,
  parseNetwork,
} from "../util/address.ts";
import type { CaughtGroups } from "./caught_groups.ts";
import type { Host } from "./host.ts";

/**
 * What the id turned out to be.
 *
 * address: it is in the host's words. name: a host name, to be resolved. other: a text of the filter's own (`<F-ID>`), or
 * digits that are no address. unknown: no line of the connection told it yet. none: the pattern cannot tell it.
 */
export type IdKind = "address" | "name" | "other" | "unknown" | "none";

/** An id and its kind; one object is filled again and again. */
export interface FailureId {
  readonly host: Host;
  /** The id as text; an address or network in its canonical form. */
  text: string;
}

/**
 * Reads the id of a failure: `fid`, else the address of `ip4` or `ip6` (masked by `cidr`), else the name of `dns`.
 *
 * @param isRaw takes names and `fid` as they are
 * @param into filled
 */
export function readFailureId(
  groups: Readonly<CaughtGroups>,
  isRaw: boolean,
  into: FailureId,
): IdKind {
  const { fid, mlfid } = groups;
  const address = groups.ip4 ?? groups.ip6;
  const name = address === undefined ? groups.dns : undefined;
  const own = address ?? name;
  if (own === undefined) {
    if (fid === undefined) return mlfid === undefined ? "none" : "unknown";
    return readFid(fid, isRaw, into);
  }
  if (name !== undefined && !isRaw) return setText(into, name, "name");
  if (fid !== undefined && fid !== own) return readFid(fid, isRaw, into);
  if (address === undefined) return setText(into, own, "other");
  return readAddress(address, groups.cidr, into);
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

function readFid(fid: string, isRaw: boolean, into: FailureId): IdKind {
  if (isRaw || !readNetwork(fid, into.host)) {
    return setText(into, fid, "other");
  }
  return setText(into, fid, "address");
}

function readAddress(
  text: string,
  cidr: string | undefined,
  into: FailureId,
): IdKind {
  const { host } = into;
  if (parseAddress(text, host.words) === 0) return setText(into, text, "other");
  host.prefix = 128;
  if (cidr !== undefined && cidr !== "" && !mask(host, Number(cidr))) {
    return setText(into, `${text}/${cidr}`, "other");
  }
  return setText(into, text, "address");
}

/** A network of all addresses is no host that failed. */
function mask(host: Host, bits: number): boolean {
  const isFour = isMapped(host.words);
  if (!(bits >= 1 && bits <= (isFour ? 32 : 128))) return false;
  host.prefix = isFour ? bits + 96 : bits;
  maskWords(host.words, host.prefix);
  return true;
}

function setText(into: FailureId, text: string, kind: IdKind): IdKind {
  into.text = kind === "address" ? formatNetwork(into.host) : text;
  return kind;
}
