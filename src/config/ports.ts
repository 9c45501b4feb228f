/**
 * Port lists: numbers, service names and ranges.
 *
 *     "ssh, 8000:8010, 8005-8020"  →  22, 8000-8020
 *
 * @module
 */

import type { PortRange } from "./types.ts";

/** Finds a service's port by name. */
export type ServiceLookup = (name: string) => number | undefined;

/** One entry of a port list that is none, and its index in the list given. */
export interface PortTrouble {
  readonly index: number;
  /** The entry. */
  readonly text: string;
  readonly state: string;
}

const LAST_PORT = 65_535;

/** The services that jails name, so that a machine without /etc/services is served too. */
const SERVICES: ReadonlyMap<string, number> = new Map([
  ["ftp-data", 20],
  ["ftp", 21],
  ["ssh", 22],
  ["telnet", 23],
  ["smtp", 25],
  ["domain", 53],
  ["http", 80],
  ["www", 80],
  ["pop3", 110],
  ["nntp", 119],
  ["ntp", 123],
  ["imap", 143],
  ["imap2", 143],
  ["snmp", 161],
  ["ldap", 389],
  ["https", 443],
  ["smtps", 465],
  ["ssmtp", 465],
  ["submissions", 465],
  ["urd", 465],
  ["submission", 587],
  ["ldaps", 636],
  ["rsync", 873],
  ["ftps-data", 989],
  ["ftps", 990],
  ["imaps", 993],
  ["pop3s", 995],
  ["socks", 1080],
  ["openvpn", 1194],
  ["ms-sql-s", 1433],
  ["mqtt", 1883],
  ["nfs", 2049],
  ["squid", 3128],
  ["mysql", 3306],
  ["rdp", 3389],
  ["ms-wbt-server", 3389],
  ["sieve", 4190],
  ["sip", 5060],
  ["sips", 5061],
  ["sip-tls", 5061],
  ["xmpp-client", 5222],
  ["postgresql", 5432],
  ["vnc", 5900],
  ["redis", 6379],
  ["ircd", 6667],
  ["http-alt", 8080],
  ["webcache", 8080],
  ["mongodb", 27017],
]);

/**
 * Reads a list of ports; each entry may itself be a comma list.
 *
 * @param list numbers and texts: `22`, `"ssh"`, `"6000:6010"`, `"6000-6010"`, `"http,https"`, `"all"`
 * @returns sorted ranges that do not touch, empty for all ports; and what could not be read
 */
export function parsePorts(
  list: readonly unknown[],
  findService: ServiceLookup,
): { readonly ranges: PortRange[]; readonly troubles: PortTrouble[] } {
  const found: PortRange[] = [];
  const troubles: PortTrouble[] = [];
  for (const [index, entry] of list.entries()) {
    for (const text of splitEntry(entry)) {
      const range = readRange(text, findService);
      if (typeof range !== "string") found.push(range);
      else troubles.push({ index, text, state: range });
    }
  }
  return { ranges: mergeRanges(found), troubles };
}

/** @returns a lookup by the built-in table, then by the text of /etc/services, read when first needed */
export function createServiceLookup(readServices: () => string): ServiceLookup {
  let others: Map<string, number> | undefined;
  return (name) => {
    const known = SERVICES.get(name);
    if (known !== undefined) return known;
    others ??= parseServices(readServices());
    return others.get(name);
  };
}

/** `ssh  22/tcp  alias …  # comment` */
function parseServices(text: string): Map<string, number> {
  const services = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name, port, ...aliases] = line.replace(/#.*/, "").trim().split(
      /\s+/,
    );
    const number = /^(\d{1,5})\//.exec(port ?? "")?.[1];
    if (name === undefined || number === undefined) continue;
    for (const word of [name, ...aliases]) {
      const key = word.toLowerCase();
      if (!services.has(key)) services.set(key, Number(number));
    }
  }
  return services;
}

function splitEntry(entry: unknown): string[] {
  if (typeof entry !== "string") return [String(entry)];
  return entry.split(/[\s,]+/).filter((text) => text !== "");
}

/** @returns a range, or in words why there is none */
function readRange(
  text: string,
  findService: ServiceLookup,
): PortRange | string {
  const name = text.toLowerCase();
  if (name === "all" || name === "any") return { from: 1, to: LAST_PORT };
  const parts = /^(\d{1,9})[:-](\d{1,9})$/.exec(text);
  if (parts !== null) return checkRange(Number(parts[1]), Number(parts[2]));
  if (/^-?\d+$/.test(text)) {
    const port = Number(text);
    return port >= 1 && port <= LAST_PORT
      ? { from: port, to: port }
      : "it is out of range";
  }
  const service = /^[a-z0-9][a-z0-9_.+-]*$/.test(name)
    ? findService(name)
    : undefined;
  return service === undefined
    ? "it is no port and no known service"
    : { from: service, to: service };
}

/** `0:65535` is fail2ban's way to say all ports. */
function checkRange(from: number, to: number): PortRange | string {
  if (from > to) return "the range runs backwards";
  if (to > LAST_PORT || (from === 0 && to !== LAST_PORT)) {
    return "it is out of range";
  }
  return { from: Math.max(1, from), to };
}

function mergeRanges(ranges: readonly PortRange[]): PortRange[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to + 1) {
      last.to = Math.max(last.to, to);
    } else merged.push({ from, to });
  }
  const isAll = merged[0]?.from === 1 && merged[0].to === LAST_PORT;
  return isAll ? [] : merged;
}
