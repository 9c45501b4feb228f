/**
 * Whose failure it is, by fail2ban's rules.
 *
 * @module
 */

import {
  isMapped,
  maskWords,
  parseAddress,
  parseNetwork,
} from "../util/address.ts";
import { type CaughtTexts, GROUP } from "./caught_groups.ts";
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
 * @param texts what the patterns caught, by place
 * @param isRaw takes names and `fid` as they are
 * @param into filled
 */
export function readFailureId(
  texts: Readonly<CaughtTexts>,
  isRaw: boolean,
  into: FailureId,
): IdKind {
  const fid = texts[GROUP.fid];
  const address = texts[GROUP.ip4] ?? texts[GROUP.ip6];
  const name = address === undefined ? texts[GROUP.dns] : undefined;
  const own = address ?? name;
  if (own === undefined) {
    if (fid !== undefined) return readFid(fid, isRaw, into);
    return texts[GROUP.mlfid] === undefined ? "none" : "unknown";
  }
  if (name !== undefined && !isRaw) return setText(into, name, "name");
  if (fid !== undefined && fid !== own) return readFid(fid, isRaw, into);
  if (address === undefined) return setText(into, own, "other");
  return readAddress(address, texts[GROUP.cidr], into);
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
  if (isRaw || !readNetwork(fid, into.address)) {
    return setText(into, fid, "other");
  }
  return setText(into, undefined, "address");
}

function readAddress(
  text: string,
  cidr: string | undefined,
  into: FailureId,
): IdKind {
  const host = into.address;
  if (parseAddress(text, host.words) === 0) return setText(into, text, "other");
  host.prefix = 128;
  if (cidr !== undefined && cidr !== "" && !mask(host, Number(cidr))) {
    return setText(into, `${text}/${cidr}`, "other");
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
