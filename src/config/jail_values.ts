/**
 * What the values of a jail's keys may look like, and what becomes of them.
 *
 * @module
 */

import * as z from "zod/mini";
import { type Network, parseNetwork } from "../util/address.ts";
import { isHostName } from "../util/name_resolver.ts";
import { parseZoneOffset } from "../util/zone_offset.ts";
import {
  closed,
  type Field,
  parsed,
  readPath,
  type Refuse,
  refuseTable,
} from "./fields.ts";
import { parsePorts, type ServiceLookup } from "./ports.ts";
import type { Mode, PortRange, Protocol } from "./types.ts";

const PROTOCOLS = [
  "tcp",
  "udp",
  "sctp",
  "dccp",
] as const satisfies readonly Protocol[];

/** The filter that a jail asks for. */
export type FilterChoice =
  | { readonly kind: "patterns"; readonly patterns: readonly string[] }
  | { readonly kind: "name"; readonly name: string; readonly mode: string };

/** Modes of a filter stand under the same key in fail2ban. */
const FILTER_MODES = new Set(["normal", "aggressive", "ddos", "extra", "more"]);

/** `mode`. */
export const MODE: Field<Mode> = parsed<Mode>(
  '"enforce" or "simulate"',
  (value, refuse) => {
    if (value === "enforce" || value === "simulate") return value;
    if (typeof value !== "string") return undefined;
    if (FILTER_MODES.has(value)) {
      refuse("it is a mode of filters", {
        wanted:
          `"enforce" or "simulate" (and filter = { name = "…", mode = "${value}" })`,
      });
    } else refuse("it is not known");
    return "enforce";
  },
);

/** What `log_path` comes to where the machine is to be looked at. */
export const AUTO_PATH = "auto";

/** `log_path`: paths, or the word for such as the service has here. */
export const LOG_SOURCE: Field<string[]> = parsed<string[]>(
  'an absolute path, a list of them, or "auto"',
  (value, refuse) =>
    value === AUTO_PATH ? [AUTO_PATH] : readLogPaths(value, refuse),
);

/** Paths of logs; an empty text is no path. */
export const LOG_PATH: Field<string[]> = parsed<string[]>(
  "an absolute path, or a list of them",
  readLogPaths,
);

function readLogPaths(value: unknown, refuse: Refuse): string[] | undefined {
  if (value === "") return [];
  const isList = Array.isArray(value);
  const list: readonly unknown[] = isList ? value : [value];
  const paths: string[] = [];
  for (const [index, item] of list.entries()) {
    const path = readPath(
      item,
      (state, more) => refuse(state, { path: isList ? [index] : [], ...more }),
    );
    if (path !== undefined) paths.push(path);
    else if (isList) refuse("it is no text", { path: [index] });
    else return undefined;
  }
  if (list.length === 0) refuse("it is empty");
  return paths;
}

/** `log_time_zone`. */
export const TIME_ZONE: Field<string> = parsed<string>(
  'a distance from Greenwich such as "UTC" or "UTC+02:00"',
  (value, refuse) => {
    if (typeof value !== "string") return undefined;
    if (parseZoneOffset(value) === undefined) refuse("it is not known");
    return value;
  },
);

const FILTER_WANTED =
  "a filter's name, a table { name, mode }, or a list of patterns with <HOST>";

const FILTER_TABLE = closed({
  name: z.string("a filter's name"),
  mode: z._default(z.string("a mode's name"), "normal"),
});

/** `filter`. */
export const FILTER: Field<FilterChoice> = parsed<FilterChoice>(
  FILTER_WANTED,
  (value, refuse) => {
    if (typeof value === "string") return readFilterText(value, refuse);
    if (Array.isArray(value)) return readPatterns(value, refuse);
    if (value === null || typeof value !== "object") return undefined;
    const result = FILTER_TABLE.safeParse(value);
    if (result.success) return { kind: "name", ...result.data };
    refuseTable(result.error, refuse, {
      keys: "name and mode",
      state: "it is no text",
    });
    return undefined;
  },
);

function readFilterText(text: string, refuse: Refuse): FilterChoice {
  if (text.includes("<")) {
    return { kind: "patterns", patterns: splitPatterns(text) };
  }
  const option = /^([\w.-]+)\[mode=["']?(\w+)["']?\]$/.exec(text);
  if (option !== null) {
    const [, name, mode] = option;
    refuse("options stand in a table", {
      wanted: `{ name = "${name}", mode = "${mode}" }`,
    });
  } else if (!/^[\w][\w.-]{0,63}$/.test(text)) {
    refuse("it is neither a filter's name nor a pattern with <HOST>");
  }
  return { kind: "name", name: text, mode: "normal" };
}

function readPatterns(list: readonly unknown[], refuse: Refuse): FilterChoice {
  const patterns: string[] = [];
  if (list.length === 0) refuse("it is empty");
  for (const [index, item] of list.entries()) {
    if (typeof item !== "string") {
      refuse("it is no text", { wanted: "a pattern", path: [index] });
    } else if (item.trim() === "") {
      refuse("it is empty", { wanted: "a pattern", path: [index] });
    } else patterns.push(item);
  }
  return { kind: "patterns", patterns };
}

/** One pattern a line. */
function splitPatterns(text: string): string[] {
  return text.includes("\n")
    ? text.split("\n").map((line) => line.trim()).filter((line) => line !== "")
    : [text];
}

/** A list of texts, or one text with an item a line. */
export function lines(wanted: string): Field<readonly string[]> {
  return parsed(wanted, (value, refuse) => {
    if (typeof value === "string") return splitPatterns(value);
    if (!Array.isArray(value)) return undefined;
    for (const [index, item] of value.entries()) {
      if (typeof item !== "string" || item === "") {
        refuse(item === "" ? "it is empty" : "it is no text", {
          wanted: "a text",
          path: [index],
        });
      }
    }
    return value.filter((item) => typeof item === "string");
  });
}

/** A number above 0. */
export function positive(): Field<number> {
  const wanted = "a number above 0, at most 1000000";
  return z.number(wanted).check(z.gt(0, wanted), z.maximum(1_000_000, wanted));
}

/** `bantime_multipliers`; fail2ban writes them in one text. */
export const MULTIPLIERS: Field<number[]> = parsed<number[]>(
  "a list of numbers above 0, such as [1, 2, 4, 8]",
  (value, refuse) => {
    const list = typeof value === "string"
      ? value.split(/[\s,]+/).filter((item) => item !== "").map(Number)
      : value;
    if (!Array.isArray(list)) return undefined;
    if (list.length > 1000) refuse("it is longer than 1000 numbers");
    for (const [index, item] of list.entries()) {
      if (typeof item === "number" && item > 0 && item <= 1_000_000) continue;
      refuse("it is out of range", {
        path: typeof value === "string" ? [] : [index],
        wanted: "a number above 0, at most 1000000",
      });
    }
    return list;
  },
);

/** `port`; empty for all ports. */
export function ports(findService: ServiceLookup): Field<PortRange[]> {
  const wanted =
    'a port from 1 to 65535, a service such as "ssh", or a range such as "6000:6010"';
  return parsed(wanted, (value, refuse) => {
    const isList = Array.isArray(value);
    const list = isList ? value : [value];
    for (const [index, item] of list.entries()) {
      const isPort = typeof item === "string" || Number.isInteger(item);
      if (isPort) continue;
      if (!isList) return undefined;
      refuse("it is no port", { path: [index] });
    }
    const { ranges, troubles } = parsePorts(
      list.map((item) => typeof item === "object" ? "" : item),
      findService,
    );
    for (const { index, text, state } of troubles) {
      refuse(state, { path: isList ? [index] : [], part: text });
    }
    return ranges;
  });
}

/** `protocol`. */
export const PROTOCOL: Field<Protocol[]> = parsed<Protocol[]>(
  '"tcp", "udp", "sctp", "dccp", "all", or a list of them',
  (value, refuse) => {
    const isList = Array.isArray(value);
    if (!isList && typeof value !== "string") return undefined;
    const found = new Set<Protocol>();
    const list: readonly unknown[] = isList ? value : [value];
    for (const [index, item] of list.entries()) {
      const path = isList ? [index] : [];
      if (typeof item !== "string") {
        refuse("it is no text", { path });
        continue;
      }
      for (const word of item.toLowerCase().split(/[\s,]+/)) {
        const protocol = PROTOCOLS.find((known) => known === word);
        if (protocol !== undefined) found.add(protocol);
        else if (word === "all") PROTOCOLS.forEach((known) => found.add(known));
        else refuse("it is not known", { path, part: word });
      }
    }
    if (list.length === 0) refuse("it is empty");
    return PROTOCOLS.filter((protocol) => found.has(protocol));
  },
);

/** Who is never banned. */
export interface IgnoredHosts {
  /** Addresses and networks. */
  readonly networks: readonly Network[];
  /** Host names, whose addresses are not known here. */
  readonly names: readonly string[];
}

/** `ignoreip`; fail2ban writes them in one text. */
export const IGNOREIP: Field<IgnoredHosts> = parsed<IgnoredHosts>(
  "a list of addresses, networks and host names",
  (value, refuse) => {
    const isList = Array.isArray(value);
    if (!isList && typeof value !== "string") return undefined;
    const networks: Network[] = [];
    const names: string[] = [];
    const list: readonly unknown[] = isList ? value : [value];
    for (const [index, item] of list.entries()) {
      const path = isList ? [index] : [];
      if (typeof item !== "string") {
        refuse("it is no text", { wanted: NETWORK_WANTED, path });
        continue;
      }
      for (const part of item.split(/[\s,]+/)) {
        if (part === "") continue;
        const network = parseNetwork(part);
        if (network !== undefined) networks.push(network);
        else if (isHostName(part)) names.push(part);
        else refuse("it is no address", { wanted: NETWORK_WANTED, path, part });
      }
    }
    return { networks, names };
  },
);

const NETWORK_WANTED =
  "an address, network or name such as 192.0.2.7, 192.0.2.0/24, 2001:db8::/32 or host.example";

/** `webhook`. */
export const WEBHOOK: Field<string> = parsed<string>(
  "a URL with http or https",
  (value, refuse) => {
    if (typeof value !== "string") return undefined;
    const url = URL.parse(value);
    if (url === null) refuse("it is no URL");
    else if (url.protocol !== "http:" && url.protocol !== "https:") {
      refuse("it is neither http nor https");
    }
    return value;
  },
);
