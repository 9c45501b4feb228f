/**
 * Rules as `iptables-save` prints them. They are written in the same form, so that a rule that is there can be told from one
 * that is not by its text.
 *
 *     -A INPUT -p tcp -m multiport --dports 22,6000:6010 -j f2d-sshd
 *     -A f2d-sshd -s 192.0.2.7/32 -m comment --comment "until 2026-11-26T12:00:00Z" -j DROP
 *
 * @module
 */

import type { PortRange } from "../../config/types.ts";
import { formatNetwork, parseNetwork } from "../../util/address.ts";
import type { ChainLayout } from "../contract.ts";
import type { AddressFamily } from "./chain_jail.ts";

/** Ports in one rule, of which a range counts as two. */
const MAX_PORTS = 15;

const FOR_EVER = "unban";
const ROUNDING_SECONDS = 0.001;

const HOST_RULE =
  /^-s (\S+) (?:-p tcp )?-m comment --comment "until (\S+)" (-j .+)$/;

/** A host's rule, read back. */
export interface HostRule {
  /** Canonical text. */
  readonly host: string;
  /** As `formatUntil` gives it. */
  readonly until: string;
}

/** Writes when a ban ends, for the rule's comment: by it the ban is taken over when all else is lost. */
export function formatUntil(endSeconds: number): string {
  if (endSeconds === Infinity) return FOR_EVER;
  // What was read from a rule, and is added up again, must give the same text.
  const seconds = Math.ceil(endSeconds - ROUNDING_SECONDS);
  const time = new Date(seconds * 1000).toISOString();
  return time.replace(".000Z", "Z");
}

/** @returns seconds since 1970; `Infinity` for ever, `NaN` where the text is none of ours */
export function parseUntil(until: string): number {
  return until === FOR_EVER ? Infinity : Date.parse(until) / 1000;
}

/** @returns a host's rule, without its chain */
export function writeHostRule(
  layout: ChainLayout,
  family: AddressFamily,
  { host, until }: HostRule,
): string {
  const bits = family === 4 ? 32 : 128;
  const source = host.includes("/") ? host : `${host}/${bits}`;
  return `-s ${source} ${
    protocolOf(layout, family)
  }-m comment --comment "until ${until}" ${verdictOf(layout, family)}`;
}

/** @returns the host, or `undefined` where the rule is not such a one, with this verdict */
export function parseHostRule(
  layout: ChainLayout,
  family: AddressFamily,
  rule: string,
): HostRule | undefined {
  const [, source = "", until = "", verdict] = HOST_RULE.exec(rule) ?? [];
  const network = parseNetwork(source);
  if (network === undefined || verdict !== verdictOf(layout, family)) {
    return undefined;
  }
  const read = { host: formatNetwork(network), until };
  return writeHostRule(layout, family, read) === rule ? read : undefined;
}

/** @returns the rule that looks into a set, without its chain */
export function writeSetRule(
  layout: ChainLayout,
  family: AddressFamily,
  set: string,
): string {
  return `${protocolOf(layout, family)}-m set --match-set ${set} src ${
    verdictOf(layout, family)
  }`;
}

/** @returns the rules that send packets into the jail's chain, without the chains that they stand in */
export function writeJumps({ chain, matches }: ChainLayout): string[] {
  return matches.flatMap(({ protocol, ports }) => {
    if (protocol === undefined) return `-j ${chain}`;
    if (ports.length === 0) return `-p ${protocol} -j ${chain}`;
    return splitPorts(ports).map((list) =>
      `-p ${protocol} -m multiport --dports ${list} -j ${chain}`
    );
  });
}

function splitPorts(ports: readonly PortRange[]): string[] {
  const lists: string[][] = [];
  let room = 0;
  for (const { from, to } of ports) {
    const cost = from === to ? 1 : 2;
    if (cost > room) {
      lists.push([]);
      room = MAX_PORTS;
    }
    lists.at(-1)?.push(from === to ? `${from}` : `${from}:${to}`);
    room -= cost;
  }
  return lists.map((list) => list.join(","));
}

function verdictOf(layout: ChainLayout, family: AddressFamily): string {
  const verdict = family === 4 ? layout.verdict : layout.verdictV6;
  return verdict === "DROP" ? "-j DROP" : `-j REJECT --reject-with ${verdict}`;
}

/** iptables takes a reset of TCP in rules that name TCP only. */
function protocolOf(layout: ChainLayout, family: AddressFamily): string {
  const verdict = family === 4 ? layout.verdict : layout.verdictV6;
  return verdict === "tcp-reset" ? "-p tcp " : "";
}
