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
  readonly feed?: FeedRecord;
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

/** What the daemon lets the control API do. */
export interface DaemonControl {
  status(): DaemonStatus;
  jail(name: string): JailStatus | undefined;
  bans(jail?: string): readonly BanRecord[];
  stats(): DaemonStats;
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
  /** 400 bad request, 404 unknown, 405 wrong method, 409 not now, 413 too long, 422 bad configuration, 500. */
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
