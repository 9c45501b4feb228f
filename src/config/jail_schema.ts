/**
 * The keys of a jail, one by one.
 *
 * @module
 */

import * as z from "zod/mini";
import { type ActionChoice, ACTIONS } from "./action_schema.ts";
import { BACKEND, type BackendChoice } from "./backend_schema.ts";
import {
  ESCALATION_FIELDS,
  type EscalationInput,
} from "./escalation_schema.ts";
import {
  choice,
  closed,
  duration,
  type Field,
  flag,
  noted,
  whole,
} from "./fields.ts";
import { IGNORE_CACHE, IGNORE_COMMAND } from "./ignore_command_schema.ts";
import { JSON_FIELDS, type JsonKeys } from "./json_schema.ts";
import { LOG_ENCODING } from "./log_encoding.ts";
import { LOG_START } from "./log_start.ts";
import { JOURNAL_FIELDS, type JournalInput } from "./journal_schema.ts";
import {
  FILTER,
  type FilterChoice,
  type IgnoredHosts,
  IGNOREIP,
  lines,
  LOG_SOURCE,
  MODE,
  ports,
  PROTOCOL,
  TIME_ZONE,
  WEBHOOK,
} from "./jail_values.ts";
import { PROXY_FIELDS, type ProxyInput } from "./proxy_schema.ts";
import type { ServiceLookup } from "./ports.ts";
import { LOG_COMMAND, type StreamInput } from "./stream_schema.ts";
import { SUBNET_BANS } from "./subnet_bans_schema.ts";
import { LOG_SYSLOG } from "./syslog_schema.ts";
import type {
  DateFormat,
  IgnoreCache,
  LogStart,
  Mode,
  PortRange,
  Protocol,
  SubnetBans,
} from "./types.ts";

/** Formats of a line's date. */
export const DATE_FORMATS = [
  "auto",
  "syslog",
  "iso8601",
  "epoch",
  "common",
] as const satisfies readonly DateFormat[];

/** A jail's table after the schema. */
export interface JailInput
  extends EscalationInput, JournalInput, JsonKeys, ProxyInput, StreamInput {
  /** Whether it runs. */
  readonly enabled: boolean;
  /** Absent: the global one. */
  readonly mode?: Mode | undefined;
  /** With bans: whose; empty: those of all others. */
  readonly jails: readonly string[];
  /** With feed: the action. */
  readonly feed?: string | undefined;
  /** Absent or empty: none; AUTO_PATH alone: what the service has here. */
  readonly log_path?: readonly string[] | undefined;
  /** Where lines come from. */
  readonly log_backend: "file" | "systemd";
  /** Absent: UTF-8. */
  readonly log_encoding?: string | undefined;
  /** Absent: as far as the find time reaches. */
  readonly start?: LogStart | undefined;
  /** Absent: the filter's. */
  readonly date_format?: DateFormat | undefined;
  /** Absent: the machine's. */
  readonly log_time_zone?: string | undefined;
  /** Absent: the one of the jail's name. */
  readonly filter?: FilterChoice | undefined;
  /** Patterns. */
  readonly ignoreregex: readonly string[];
  /** Patterns. */
  readonly reset_on_success: readonly string[];
  /** Failures. */
  readonly max_retry: number;
  /** Seconds. */
  readonly find_time: number;
  /** Seconds; `Infinity` is for ever. */
  readonly ban_time: number;
  /** Absent: by the filter's syntax. */
  readonly ipv6_prefix?: number | undefined;
  /** Absent: none. */
  readonly subnet_bans?: SubnetBans | undefined;
  /** Empty: all ports. */
  readonly port: readonly PortRange[];
  /** At least one. */
  readonly protocol: readonly Protocol[];
  /** Never banned. */
  readonly ignoreip: IgnoredHosts;
  /** Whether own addresses are never banned. */
  readonly ignoreself: boolean;
  /** Absent or empty: none. */
  readonly ignore_command?: string | undefined;
  /** Absent: the default. */
  readonly ignore_cache?: IgnoreCache | undefined;
  /** Whether bans outlive a restart. */
  readonly reban_on_restart: boolean;
  /** What carries bans out. */
  readonly backend: BackendChoice;
  /** Told of its bans. */
  readonly actions: readonly ActionChoice[];
  /** http(s) URL. */
  readonly webhook?: string | undefined;
  /** No effect. */
  readonly maxmind?: unknown;
}

/** Keys of fail2ban's jails that are known and not taken, with what to do instead. */
export const REFUSED_JAIL_KEYS: ReadonlyMap<string, string> = new Map([
  [
    "action",
    'expected backend = "nftables" or a script, and actions = [ … ] for who is told of bans',
  ],
  [
    "datepattern",
    `date patterns are not there yet, expected date_format with one of ${
      DATE_FORMATS.join(", ")
    }`,
  ],
  ["usedns", "host names are not resolved, expected addresses in the log"],
  ["prefregex", "expected the prefix in each pattern of filter"],
  ["maxlines", "a pattern sees one line, expected patterns for single lines"],
  ["ignorecache", "expected ignore_cache = { key, max_count, max_time }"],
  [
    "chain",
    "it is an option of the backend, expected hooks of nftables or chain of iptables and ipset",
  ],
]);

const DEFAULT_BACKEND: BackendChoice = {
  backend: {
    kind: "nftables",
    verdict: "drop",
    counter: false,
    hooks: ["input", "forward"],
  },
  isAllPorts: false,
};

const WATCH_FIELDS = {
  enabled: noted(z._default(flag(), true), {
    takes: "true, false",
    otherwise: "true",
    says: "Whether the jail runs.",
  }),
  mode: noted(z.optional(MODE), {
    takes: '"enforce", "simulate"',
    otherwise: "that of [global]",
    says: '"simulate" decides and logs, and bans nobody.',
  }),
  source: noted(z._default(choice(["log", "bans", "feed", "-"]), "log"), {
    takes: '"log", "bans", "feed", "-"',
    otherwise: '"log"',
    says:
      '"bans": each ban in another jail is a failure of its host; "feed": an action brings the hosts; "-": lines come from standard input.',
  }),
  feed: noted(z.optional(z.string("the name of an action")), {
    takes: "name",
    says: 'With source = "feed": the action that brings the hosts.',
  }),
  jails: noted(z._default(lines("a list of names of jails"), []), {
    takes: "list of names",
    otherwise: "[] (all others)",
    says: 'With source = "bans": the jails whose bans count.',
  }),
  log_path: noted(z.optional(LOG_SOURCE), {
    takes: 'path, pattern of paths (*, ?, […]), or list of them; "auto"',
    says:
      'The log files; failures in all of them count together. "auto": a usual log of the service, or the journal.',
  }),
  log_backend: noted(z._default(choice(["file", "systemd"]), "file"), {
    takes: '"file", "systemd"',
    otherwise: '"file"',
    says: "Where lines come from: log_path, or the systemd journal.",
  }),
  log_command: noted(z.optional(LOG_COMMAND), {
    takes: "list of words, or command line for /bin/sh",
    says: "Lines are what this command prints, for as long as it runs.",
  }),
  log_syslog: noted(z.optional(LOG_SYSLOG), {
    takes: "address to listen at, or { listen, mode, group }",
    says:
      "Lines are messages of syslog that come there: udp://, tcp:// (loopback), unix:// or unix-stream://.",
  }),
  ...JOURNAL_FIELDS,
  log_encoding: noted(z.optional(LOG_ENCODING), {
    takes: '"auto", "utf-8", "utf-16", "latin1", "cp1251", …',
    otherwise: '"auto": UTF-8, or UTF-16 by the mark at its beginning',
    says: "What the bytes of the log mean.",
  }),
  start: noted(z.optional(LOG_START), {
    takes: '"end", "beginning", duration, or date',
    otherwise: "as far as find_time reaches",
    says:
      "Where reading begins in a log that is met for the first time; its lines count by their own time.",
  }),
  ...JSON_FIELDS,
  date_format: noted(z.optional(choice(DATE_FORMATS)), {
    takes: DATE_FORMATS.map((word) => `"${word}"`).join(", "),
    otherwise: "the filter's, else auto",
    says: "How lines are dated.",
  }),
  log_time_zone: noted(z.optional(TIME_ZONE), {
    takes: 'distance from Greenwich: "UTC", "UTC+02:00"',
    otherwise: "the machine's zone",
    says: "Zone of dates that name none.",
  }),
  filter: noted(z.optional(FILTER), {
    takes: "name, { name, mode }, pattern or list of patterns",
    otherwise: "the jail's name",
    says: "What a failure looks like.",
  }),
  ignoreregex: noted(
    z._default(lines("a pattern or a list of patterns"), []),
    {
      takes: "pattern or list of patterns",
      otherwise: "[]",
      says: "Lines that are no failures after all.",
    },
  ),
  reset_on_success: noted(
    z._default(lines("a pattern or a list of patterns"), []),
    {
      takes: "pattern or list of patterns",
      otherwise: "[]",
      says: "Successes: earlier failures of the host, and user, are forgiven.",
    },
  ),
};

const TIME_FIELDS = {
  max_retry: noted(z._default(whole(1, 10_000), 5), {
    takes: "1-10000",
    otherwise: "5",
    says: "The failure that brings the ban.",
  }),
  find_time: noted(z._default(duration({ forEver: false, least: 1 }), 600), {
    takes: "duration",
    otherwise: '"10m"',
    says: "The time in which they have to fall.",
  }),
  ban_time: noted(z._default(duration({ forEver: true, least: 1 }), 3600), {
    takes: "duration, -1 for ever",
    otherwise: '"1h"',
    says: "How long a ban lasts.",
  }),
  ipv6_prefix: noted(z.optional(whole(1, 128)), {
    takes: "1-128",
    otherwise: "64; 128 with a filter in fail2ban's syntax",
    says: "IPv6 hosts are counted and banned by networks of this length.",
  }),
  subnet_bans: noted(z.optional(SUBNET_BANS), {
    takes: "{ hosts, prefix, within, ban_time }",
    otherwise: "none",
    says: "Bans an IPv4 network once so many of its hosts were banned.",
  }),
};

const BAN_FIELDS = {
  protocol: noted(z._default(PROTOCOL, ["tcp"]), {
    takes: '"tcp", "udp", "sctp", "dccp", "all" or list',
    otherwise: '"tcp"',
    says: "Protocols that the ports are of.",
  }),
  ignoreip: noted(z._default(IGNOREIP, { networks: [], names: [] }), {
    takes: "list of addresses, networks and names",
    otherwise: "[]",
    says: "Who is never banned; names are looked up again and again.",
  }),
  ...PROXY_FIELDS,
  ignoreself: noted(z._default(flag(), true), {
    takes: "true, false",
    otherwise: "true",
    says: "Whether the machine's own addresses are never banned.",
  }),
  ignore_command: noted(z.optional(IGNORE_COMMAND), {
    takes: "command line with tags",
    says: "Run by /bin/sh before a failure counts: exit code 0 ignores it.",
  }),
  ignore_cache: noted(z.optional(IGNORE_CACHE), {
    takes: "{ key, max_count, max_time }",
    otherwise: '{ key = "<ip>", max_count = 100, max_time = "5m" }',
    says: "How answers of ignore_command are remembered.",
  }),
  reban_on_restart: noted(z._default(flag(), true), {
    takes: "true, false",
    otherwise: "true",
    says: "Whether running bans are kept over a restart.",
  }),
  backend: noted(z._default(BACKEND, DEFAULT_BACKEND), {
    takes:
      '"nftables", "iptables", "ipset", { nftables = {…} }, { iptables = {…} }, { ipset = {…} }, { script = {…} }, { plugin = "…" }',
    otherwise: '"nftables"',
    says: "What carries the ban out.",
  }),
  actions: noted(z._default(ACTIONS, []), {
    takes: "list of names and { name, … }",
    otherwise: "[]",
    says: "Who is told of bans: [action.NAME], or plugins.",
  }),
  webhook: noted(z.optional(WEBHOOK), {
    takes: "http(s) URL",
    says: 'The same as { name = "webhook", url = … } in actions.',
  }),
  maxmind: noted(z.optional(z.unknown()), {
    takes: "anything",
    says: "No effect.",
  }),
};

/** @param findService for `port = "ssh"` */
export function createJailSchema(
  findService: ServiceLookup,
): Field<JailInput> {
  return closed(fieldsOf(findService));
}

/** @returns fields by key, for the reference */
export function jailFields(): Readonly<Record<string, Field>> {
  return fieldsOf(() => undefined);
}

function fieldsOf(findService: ServiceLookup) {
  return {
    ...WATCH_FIELDS,
    ...TIME_FIELDS,
    ...ESCALATION_FIELDS,
    port: noted(z._default(ports(findService), []), {
      takes: "port, name, range or list of them",
      otherwise: "all ports",
      says: 'Ports that are closed to the host: 22, "ssh", "6000:6010".',
    }),
    ...BAN_FIELDS,
  };
}
