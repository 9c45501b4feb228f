/**
 * The configuration as the stages see it: validated, with every default filled in, times in seconds.
 *
 * @module
 */

import type { Backend } from "./backend_types.ts";
import type { Network } from "../util/address.ts";
import type { LogLevel } from "../util/log.ts";
import type { SourceChoice, UsualSource } from "./choose_source.ts";
import type { JsonPath } from "./json_path.ts";

/** `simulate` decides and logs, and touches nothing. */
export type Mode = "enforce" | "simulate";

/** How a jail's lines are dated; `auto` detects it. */
export type DateFormat = "auto" | "syslog" | "iso8601" | "epoch" | "common";

/** Whose rules the patterns of a filter follow: `fail2ban` takes tags and ids exactly as there. */
export type FilterSyntax = "own" | "fail2ban";

/** What becomes of host names in a log: looked up, looked up with a warning, passed over, or taken as they are. */
export type UseDns = "yes" | "warn" | "no" | "raw";

/** Transport protocols that a rule can name. */
export type Protocol = "tcp" | "udp" | "sctp" | "dccp";

/** Ports `from` to `to`, both included, 1-65535. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The whole configuration. */
export interface Config {
  readonly global: GlobalConfig;
  readonly jails: readonly JailConfig[];
  /** Handler actions that enabled jails tell of their bans; absent: none. */
  readonly actions?: readonly ActionConfig[];
  /** Files it was read from, in order; empty for the embedded default. */
  readonly files: readonly string[];
  /** What is accepted and deserves a word: a key that has no effect yet, a jail that is left out. */
  readonly warnings: readonly ConfigProblem[];
  /** Where each jail's values stand, by the jail's name. */
  readonly places?: ReadonlyMap<string, JailPlaces>;
}

/** Where values of a jail stand in the files, for what is found out about them later. */
export interface JailPlaces {
  /** Of a jail whose failures are bans. */
  readonly source?: ProblemPlace;
  /** One for each of the jail's `logPaths`. */
  readonly logPaths: readonly ProblemPlace[];
  /** One for each of `failPatterns`; a built-in filter's are all where its name stands. */
  readonly failPatterns: readonly ProblemPlace[];
}

/** A place in a file without what is wrong there. */
export type ProblemPlace = Omit<ConfigProblem, "message">;

/** `[global]`, `[logging]` and `[compat]`. */
export interface GlobalConfig {
  /** Default /var/lib/fail2deno. */
  readonly stateDir: string;
  /** Default /run/fail2deno/control.sock. */
  readonly socketPath: string;
  readonly mode: Mode;
  /** Hosts that one jail remembers at most; default 65536. */
  readonly maxTracked: number;
  /** Threads that read and match log files; 1, the default: the one that does everything else. */
  readonly scanThreads: number;
  /** Bans in force at most, in all jails together; default 1000000. */
  readonly maxBans: number;
  /** Earlier bans count no more when the last one ended longer ago; absent: they count for good. Also in each jail. */
  readonly countDecaySeconds?: number;
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
  /** File that gets what fail2ban would log; absent: none. */
  readonly fail2banLog?: string;
  /** Where questions are answered and nothing else; absent: nowhere. */
  readonly readOnlySocket?: {
    readonly path: string;
    /** Whose members may use it: a name or a number. */
    readonly group?: string;
  };
  /** Where fail2ban's clients are answered; absent: nowhere. */
  readonly fail2banSocket?: string;
}

/**
 * Where reading begins in a log that is met for the first time: behind its last line, at its first one, or at the first one
 * that is no older than so many seconds, or than that moment in seconds since 1970.
 */
export type LogStart =
  | "end"
  | "beginning"
  | { readonly agoSeconds: number }
  | { readonly sinceSeconds: number };

/** One `[jail.NAME]`. */
export interface JailConfig {
  /** `[A-Za-z0-9][A-Za-z0-9_.-]{0,63}`; part of set and chain names. */
  readonly name: string;
  readonly enabled: boolean;
  readonly mode: Mode;
  /** Absolute; file name patterns among them. */
  readonly logPaths: readonly string[];
  readonly logBackend: "file" | "systemd";
  /** How files or journal were chosen; absent: the configuration says which. */
  readonly auto?: AutoSource;
  /** What it reads instead of files and journal; absent: none. */
  readonly stream?: LogStream;
  /** Names of jails whose bans are this one's failures, instead of lines in a log; absent: it reads logs. */
  readonly bansOf?: readonly string[];
  /** Name of the action that brings the hosts it bans, instead of lines in a log; absent: it reads logs. */
  readonly feed?: string;
  /** For `parseJournalMatch`; empty: every entry. */
  readonly journalMatch: readonly string[];
  /** Absent: the machine's own journal. */
  readonly journalPlace?: JournalPlace;
  readonly dateFormat: DateFormat;
  readonly failPatterns: readonly string[];
  readonly ignorePatterns: readonly string[];
  /** Whoever matches one is forgiven; absent: nobody. */
  readonly successPatterns?: readonly string[];
  /** Absent: lines are text. */
  readonly json?: JsonLines;
  /** Proxies whose word is taken on whom they got a request from; absent: none. */
  readonly trustedProxies?: readonly Network[];
  /** Default `own`. */
  readonly syntax?: FilterSyntax;
  /** Searched first; patterns then see what its `<F-CONTENT>` catches, and a line without it is no failure. */
  readonly prefixPattern?: string;
  /** Lines that one pattern sees at most; absent: one. */
  readonly maxLines?: number;
  /** fail2ban's patterns of dates, one a line; absent: dateFormat says it. */
  readonly datePattern?: string;
  /** Zone of dates that name none, as a distance from Greenwich; absent: the machine's. */
  readonly logTimeZone?: string;
  /** As `TextDecoder` calls it; absent: UTF-8. A mark at a file's beginning says more. */
  readonly logEncoding?: string;
  /** Absent: as far as `findTimeSeconds` reaches. */
  readonly start?: LogStart;
  /** Absent: as the syntax has it, for `fail2ban` that is `warn`. */
  readonly useDns?: UseDns;
  readonly maxRetry: number;
  readonly findTimeSeconds: number;
  /** `Infinity` is for ever. */
  readonly banTimeSeconds: number;
  /** IPv6 hosts are counted and banned by networks of this length; 128: one by one. */
  readonly ipv6Prefix: number;
  /** Absent: single hosts are all that is banned. */
  readonly subnetBans?: SubnetBans;
  readonly escalation: Escalation;
  /** Empty: all ports. */
  readonly ports: readonly PortRange[];
  readonly protocols: readonly Protocol[];
  readonly ignoreNetworks: readonly Network[];
  /** Host names whose addresses are ignored too; absent: none. */
  readonly ignoreNames?: readonly string[];
  readonly ignoreSelf: boolean;
  /** Asked about each failure that nothing else has it ignore. */
  readonly ignoreCommand?: IgnoreCommand;
  readonly rebanOnRestart: boolean;
  readonly backend: Backend;
  /** Names of `Config.actions` that are told of its bans; absent: none. */
  readonly actions?: readonly string[];
}

/** One `[action.NAME]`, a plugin as it is, or a table in a jail's `actions`. */
export interface ActionConfig {
  /** `abuseipdb`, `team`, `sshd/webhook`. */
  readonly name: string;
  readonly plugin:
    | { readonly kind: "built_in"; readonly id: string }
    | { readonly kind: "file"; readonly path: string };
  /** By the plugin's schema; secrets among them, so never to be shown. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Hosts that it may reach: `host:port`, or `host` for all ports. */
  readonly net: readonly string[];
  /** Entries of one call at most. */
  readonly batch: number;
  /** How long entries are gathered. */
  readonly everySeconds: number;
  /** How long a call may take. */
  readonly deadlineSeconds: number;
  /** False: something of it is wrong, as a warning says, and it cannot be called. */
  readonly isUsable: boolean;
  /** Files that are read for it: its secrets, and its own where the plugin is one. */
  readonly reads: readonly string[];
  /** Texts of its secrets, so that they can be kept out of what it says. */
  readonly secrets: readonly string[];
  /** Whether systemd has a secret of it. */
  readonly usesCredentials: boolean;
}

/** What JSON can hold. */
export type OptionValue =
  | null
  | boolean
  | number
  | string
  | readonly OptionValue[]
  | { readonly [key: string]: OptionValue };
/** How a line is read that holds a JSON object: from its first brace to its end. */
export interface JsonLines {
  /** Where the time is; absent or unreadable there: in the message, as in a line of text. */
  readonly time?: JsonPath;
  /** Where the text is that patterns are run on. */
  readonly message?: JsonPath;
  /** Where the host is; absent: patterns catch it. */
  readonly host?: JsonPath;
  /** Where the list is of those whom proxies got the request from. */
  readonly forwarded?: JsonPath;
  /** Where the user is; absent: patterns may catch it. */
  readonly user?: JsonPath;
  /** All of them hold for a failure. */
  readonly conditions: readonly JsonCondition[];
}

/** What a value in JSON is compared with. */
export type JsonScalar = string | number | boolean;

/** What holds for a failure: the value is one of these, or a text in which the pattern is found. */
export type JsonCondition =
  & {
    /** The path as it was written. */
    readonly name: string;
    readonly path: JsonPath;
  }
  & (
    | { readonly oneOf: readonly JsonScalar[] }
    | { readonly pattern: string }
  );
/** Where a service's lines usually are, and why they are looked for in one of these places. */
export interface AutoSource
  extends UsualSource, Omit<SourceChoice, "logPaths"> {}

/** Lines that stand in no file. */
export type LogStream =
  | { readonly kind: "stdin" }
  /** A text for /bin/sh, or words that no shell reads. */
  | { readonly kind: "command"; readonly command: string | readonly string[] }
  | { readonly kind: "syslog"; readonly address: SyslogAddress };

/** Where messages of syslog are received; other machines reach none of these. */
export type SyslogAddress =
  | {
    readonly transport: "udp" | "tcp";
    /** A loopback address, without brackets. */
    readonly host: string;
    readonly port: number;
  }
  | {
    /** Of datagrams, as /dev/log is; or of connections. */
    readonly transport: "unix" | "unix-stream";
    /** Absolute. */
    readonly path: string;
    /** Of the socket file: who may write to it may send. */
    readonly mode: number;
    /** Number; absent: the daemon's own. */
    readonly group?: number;
  };

/** Another journal than the machine's own. */
export type JournalPlace =
  | { readonly folder: string }
  /** Paths; file name patterns among them. */
  | { readonly files: readonly string[] }
  | { readonly namespace: string };

/** A command that says whether a failure is ignored: exit code 0 is yes, 1 is no. */
export interface IgnoreCommand {
  /** For /bin/sh, with tags: `/usr/local/bin/friend <ip>`. */
  readonly command: string;
  readonly cache: IgnoreCache;
}

/** What is remembered of a command's answers. */
export interface IgnoreCache {
  /** With tags: failures that give the same text get the same answer. */
  readonly key: string;
  readonly maxCount: number;
  /** 0: every failure is asked about. */
  readonly maxTimeSeconds: number;
}

/** Bans of whole IPv4 networks in which many hosts were banned. */
export interface SubnetBans {
  /** Banned hosts that it takes, 2-256. */
  readonly hosts: number;
  /** Length of the network, 20-31: so few hosts that they can be looked up one by one. */
  readonly prefix: number;
  /** In which their bans have to begin. */
  readonly withinSeconds: number;
  /** `Infinity` is for ever. */
  readonly banTimeSeconds: number;
}

/** Longer bans for those who come back. */
export interface Escalation {
  readonly increment: boolean;
  readonly factor: number;
  /** Empty: powers of two. */
  readonly multipliers: readonly number[];
  /** Longest ban in seconds; default one week. */
  readonly maxTimeSeconds: number;
  /** Arithmetic over `ban.Time`, `ban.Count` and `banFactor`, that compiles; multipliers go before it. Absent: doubling. */
  readonly formula?: string;
  /** Up to so many seconds more, by chance; absent: none. */
  readonly rndTimeSeconds?: number;
  /** Whether earlier bans in all jails count. */
  readonly isOverallJails?: boolean;
  /** Whether each failure of those who were banned before counts for 2, 3, 5, 9 … */
  readonly hasHeavyFailures?: boolean;
  /** Earlier bans count no more when the last one ended longer ago than this; absent: they count for good. */
  readonly decaySeconds?: number;
}

/** One thing that is wrong, or worth a word, with its place. */
export interface ConfigProblem {
  /** What is wrong: `Cannot read ban_time "5x": …`. */
  readonly message: string;
  /** File name, or `(default)`. */
  readonly file: string;
  /** From 1; absent where the problem has no place. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The line's text, for the caret. */
  readonly source?: string;
  /** Length of the marked text. */
  readonly length?: number;
  /** Default error. A note tells what will sort itself out: a log that is not there yet. */
  readonly severity?: "error" | "warning" | "note";
  /** The jail that is left out because of it. */
  readonly jail?: string;
  /** The action that cannot be used because of it. */
  readonly action?: string;
}
