/**
 * The control API's answers: JSON over HTTP on a unix socket.
 *
 * @module
 */

import type { ActionStatus } from "../act/delivery/types.ts";
import type { DriverTally } from "../act/types.ts";
import type { Config, JailConfig, Mode } from "../config/types.ts";
import type { PatternUsage } from "../match/types.ts";
import type { SourceStatus } from "../source/types.ts";
import type { Ban } from "../track/types.ts";
import type { NameCounts } from "../util/name_resolver.ts";

/** `GET /v1/status`. */
export interface DaemonStatus {
  readonly version: string;
  readonly pid: number;
  readonly mode: Mode;
  readonly uptimeSeconds: number;
  readonly jails: readonly JailStatus[];
}

/** One jail in a status, also `GET /v1/jails/NAME`. */
export interface JailStatus {
  readonly name: string;
  readonly mode: Mode;
  readonly action: string;
  /** One for each log; for a file name pattern without one, the pattern itself. */
  readonly sources: readonly SourceStatus[];
  readonly maxRetry: number;
  readonly findTimeSeconds: number;
  /** `null` is for ever. */
  readonly banTimeSeconds: number | null;
  readonly failed: Totals;
  readonly banned: Totals;
  /** Failures of hosts on the ignore list. */
  readonly ignored: number;
  /** Bans that ended before their time because there were `max_bans`. */
  readonly displaced: number;
  /** Hosts with failures that were forgotten because `max_tracked` others were remembered. */
  readonly forgotten: number;
}

/** How many now, and since the start. */
export interface Totals {
  readonly current: number;
  readonly total: number;
}

/** One ban in `GET /v1/bans`. */
export interface BanRecord {
  readonly host: string;
  readonly jail: string;
  /** ISO 8601, UTC. */
  readonly start: string;
  /** ISO 8601, UTC; `null` is for ever. */
  readonly end: string | null;
  readonly remainingSeconds: number | null;
  readonly count: number;
  readonly failures: number;
}

/** `GET /v1/stats`: running totals. */
export interface DaemonStats {
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
  readonly lines: number;
  readonly bytes: number;
  readonly candidates: number;
  readonly failures: number;
  readonly bans: number;
  readonly unbans: number;
  readonly activeBans: number;
  /** Bans in force at most. */
  readonly maxBans: number;
  /** Bans that ended before their time because there were `max_bans`. */
  readonly displaced: number;
  readonly problems: number;
  /** The longest time that the daemon, at work, kept a timer waiting: nobody was served meanwhile. */
  readonly longestPauseMs: number;
  /** The part of that, at most, that went into the state file. */
  readonly longestCommitMs: number;
  /** Host names that had to be looked up. */
  readonly names: Readonly<NameCounts>;
  /** Failures that counted because an ignore_command gave no answer. */
  readonly unanswered: number;
  readonly jails: Readonly<
    Record<string, { readonly failures: number; readonly bans: number }>
  >;
}

/** An entry of `GET /v1/patterns`: what a pattern took since the daemon started, or its jail last changed. */
export type PatternRecord = PatternUsage;

/** `GET /v1/actions`: those who carry bans out, and those who are told of them. */
export interface ActionRecords {
  readonly drivers: readonly DriverTally[];
  readonly actions: readonly ActionRecord[];
}

/** How an action stands. */
export interface ActionRecord
  extends Omit<ActionStatus, "untilSeconds" | "lastError" | "feed"> {
  /** Absent: no jail takes hosts from it. */
  readonly feed?: FeedRecord | undefined;
  /** ISO 8601, UTC: the next try; `null` where none is waited for. */
  readonly until: string | null;
  /** `null`: nothing went wrong since the start. */
  readonly lastError: {
    readonly message: string;
    /** ISO 8601, UTC. */
    readonly time: string;
  } | null;
}

/** How the hosts stand that an action brings. */
export interface FeedRecord {
  /** That ban them. */
  readonly jails: readonly string[];
  /** In the last list since the start; `null`: none came yet. */
  readonly hosts: number | null;
  /** ISO 8601, UTC: when it came. */
  readonly time: string | null;
  /** ISO 8601, UTC: the next call. */
  readonly next: string;
}

/** What became of each host in `POST /v1/ban`. */
export interface BanOutcome {
  readonly host: string;
  readonly jail: string;
  readonly outcome: "banned" | "extended" | "already banned" | "ignored";
}

/** `POST /v1/unban`. */
export interface UnbanOutcome {
  readonly unbanned: number;
}

/** `POST /v1/reload`. */
export interface ReloadOutcome {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  readonly warnings: readonly string[];
}

/** An entry of `GET /v1/permissions`. */
export interface PermissionRecord {
  readonly kind: string;
  readonly value: string;
  /** Why the daemon holds it. */
  readonly reason: string;
}

/** `GET /v1/hosts/ADDRESS`: all that is known of a host. */
export interface HostReport {
  /** Canonical text, with its prefix where it is a network. */
  readonly host: string;
  /** One for each jail, in the order of the configuration. */
  readonly jails: readonly HostInJail[];
}

/** How a host stands with a jail. */
export interface HostInJail {
  readonly jail: string;
  readonly mode: Mode;
  /** Whom the jail counts its failures for: the host, or the network around it. */
  readonly countedAs: string;
  /** The ban that covers it; `null`: not banned. */
  readonly ban: BanRecord | null;
  readonly firewall: FirewallRecord | null;
  /** The entry of the ignore list that spares it. */
  readonly ignoredBy: string | null;
  readonly failures: {
    /** Within the find time. */
    readonly recent: number;
    /** So many within the find time make a ban. */
    readonly maxRetry: number;
    /** How many more that are. */
    readonly missing: number;
    readonly findTimeSeconds: number;
  };
  /** Bans so far, as far as they lengthen the next one. */
  readonly bans: number;
  /** The last lines that counted, the oldest first. */
  readonly lines: readonly CountedLine[];
  /** Bans of the past and the present, the newest first. */
  readonly history: readonly PastBan[];
}

/** What the firewall says of a ban. */
export interface FirewallRecord {
  /** Who carries the jail's bans out. */
  readonly action: string;
  /** `null`: it cannot be asked. */
  readonly isThere: boolean | null;
  /** `null`: for ever, or not there. */
  readonly remainingSeconds: number | null;
}

/** A line that counted against a host. */
export interface CountedLine {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The log; `null` where it is not known any more. */
  readonly source: string | null;
  /** Attacker's text; `null` where it cannot be read any more. */
  readonly line: string | null;
  /** The pattern that hit; `null` where the jail has another one in its place by now. */
  readonly pattern: string | null;
  /** What the pattern's groups caught; attacker's text. */
  readonly groups: Readonly<Record<string, string>>;
}

/** A ban in a host's history. */
export interface PastBan
  extends Pick<BanRecord, "host" | "start" | "end" | "count" | "failures"> {
  readonly isInForce: boolean;
}

/** What the daemon lets the control API do. */
export interface DaemonControl {
  status(): DaemonStatus;
  jail(name: string): JailStatus | undefined;
  bans(jail?: string): readonly BanRecord[];
  stats(): DaemonStats;
  /** @throws {ControlError} for a text that is no address */
  host(address: string): Promise<HostReport>;
  patterns(jail?: string): readonly PatternRecord[];
  actions(jail?: string): ActionRecords;
  permissions(): readonly PermissionRecord[];
  /** @throws {ControlError} for an unknown jail or a text that is no address */
  ban(request: BanRequest): readonly BanOutcome[];
  /** @throws {ControlError} for an unknown jail or a text that is no address */
  unban(request: UnbanRequest): UnbanOutcome;
  /** @throws {ControlError} when the new configuration is refused; the old one stays in force */
  reload(): Promise<ReloadOutcome>;
  /** The same as `bans`, as the tracker has it: there may be a hundred thousand of them. */
  activeBans(jail: string): readonly Ban[];
  /** The configuration in force, with what was adjusted since it was read. */
  configuration(): Config;
  /** @returns jails in which the host is banned, alone or with its network. @throws {ControlError} for a text that is no address */
  jailsBanning(host: string): readonly string[];
  /**
   * Changes a jail until the next reload.
   *
   * @throws {ControlError} for an unknown jail, a pattern that cannot be used, or what was given up at start
   */
  adjust(jail: string, change: JailChange): Promise<void>;
  /** Counts a failure of a host now. @throws {ControlError} for an unknown jail or a text that is no address */
  attempt(jail: string, host: string): void;
  /** Has the file of `fail2ban_log` opened anew. @returns whether there is one */
  reopenLog(): Promise<boolean>;
}

/** Makes a jail another one of the same name. */
export type JailChange = (jail: JailConfig) => JailConfig;

/** Body of `POST /v1/ban`. */
export interface BanRequest {
  readonly hosts: readonly string[];
  readonly jail: string;
  /** Default: the jail's ban time. `null` is for ever. */
  readonly seconds?: number | null | undefined;
}

/** Body of `POST /v1/unban`: either hosts or `all`. */
export interface UnbanRequest {
  readonly hosts?: readonly string[] | undefined;
  readonly jail?: string | undefined;
  readonly all?: boolean | undefined;
}

/** Body of `POST /v1/fail2ban`. */
export interface CommandRequest {
  /** As fail2ban's client sends them: `["get", "sshd", "banip"]`; `reload` has a list of options among them. */
  readonly words: readonly (string | readonly string[])[];
}

/** `POST /v1/fail2ban`: what fail2ban would answer. */
export type CommandOutcome =
  | { readonly value: CommandValue }
  | {
    readonly refusal: {
      /** Of Python's exception: `UnknownJailException`. */
      readonly name: string;
      readonly message: string;
    };
  };

/** A value of Python's in JSON: what it does not have is an object of one key. */
export type CommandValue =
  | null
  | boolean
  | number
  | string
  | readonly CommandValue[]
  | { readonly tuple: readonly CommandValue[] }
  | { readonly dict: readonly (readonly [string, CommandValue])[] };

/** A refusal with its HTTP status; its message is for the person who asked. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  /** 400 bad request, 403 only reads, 404 unknown, 405 wrong method, 409 not now, 413 too long, 422 bad configuration, 429 too often, 500, 503 too many. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Thrown when no daemon answers. */
export class DaemonUnreachableError extends Error {
  override readonly name = "DaemonUnreachableError";
  /** Whether the socket is there and the caller may not use it. */
  readonly isDenied: boolean;

  constructor(message: string, isDenied: boolean) {
    super(message);
    this.isDenied = isDenied;
  }
}
