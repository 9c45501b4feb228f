/**
 * What the track stage decides.
 *
 * @module
 */

import type { JailConfig } from "../config/types.ts";
import type { Failure } from "../match/types.ts";
import type { Network } from "../util/address.ts";

/** A host that is banned in a jail. */
export interface Ban {
  /** The jail that banned it. */
  readonly jail: string;
  /** Canonical text, with its prefix where it is a network. */
  readonly host: string;
  /** Four words, v4-mapped for IPv4. */
  readonly words: Uint32Array;
  /** 128 for a single host. */
  readonly prefix: number;
  /** Seconds since 1970. */
  readonly startSeconds: number;
  /** Seconds since 1970; `Infinity` is for ever. */
  readonly endSeconds: number;
  /** How often this host was banned in this jail, this time included. */
  readonly count: number;
  /** Failures that led to it; 0 for a ban by hand. */
  readonly failures: number;
}

/** Why a ban ended; `subnet`: the network around the host is banned instead; `room`: there were too many. */
export type UnbanReason =
  | "expired"
  | "manual"
  | "reload"
  | "ignored"
  | "subnet"
  | "room";

/** What the act stage has to carry out, in order. */
export type Decision =
  | {
    readonly kind: "ban";
    readonly ban: Ban;
    /** True where the firewall is known not to have it. */
    readonly isAbsent?: boolean;
  }
  /** The same host, later end: the kernel's element gets a new time. */
  | { readonly kind: "extend"; readonly ban: Ban }
  | {
    readonly kind: "unban";
    readonly ban: Ban;
    readonly reason: UnbanReason;
  };

/** Receives decisions in order; they may be kept. */
export type DecisionSink = (decision: Decision) => void;

/** What became of a failure. */
export type Verdict = "counted" | "banned" | "already banned" | "ignored";

/** A host that a success proves to be a friend. */
export interface Success extends Network {
  /** The jail that forgives. */
  readonly jail: string;
  /** Seconds since 1970, by the log's clock. */
  readonly timeSeconds: number;
  /** Absent: failures of all users are forgiven. */
  readonly user?: string | undefined;
}

/** The tracker of all jails. */
export interface Tracker {
  /** Counts a failure and decides. */
  onFailure(failure: Failure, nowSeconds: number): Verdict;
}

/** The part of a jail that tracking needs. */
export type TrackJail = Pick<
  JailConfig,
  | "name"
  | "maxRetry"
  | "findTimeSeconds"
  | "banTimeSeconds"
  | "ipv6Prefix"
  | "subnetBans"
  | "successPatterns"
  | "escalation"
  | "ignoreNetworks"
  | "ignoreSelf"
>;

/** A ban that a person asked for. */
export interface BanOrder {
  /** The jail that bans. */
  readonly jail: string;
  /** Whom to ban. */
  readonly network: Network;
  /** More than 0; `Infinity` is for ever. Default: what the jail's next ban of this host would last. */
  readonly seconds?: number | undefined;
  /** The wall clock: the ban starts here. */
  readonly nowSeconds: number;
}

/** What became of a ban order. */
export type BanOrderOutcome =
  | "banned"
  | "extended"
  | "already banned"
  | "ignored";

/** Which bans are to end; all where nothing is said. */
export interface UnbanOrder {
  /** Default: all jails. */
  readonly jail?: string | undefined;
  /** This host or network and all within it. */
  readonly network?: Network | undefined;
}

/** A ban from before this life of the process. */
export interface AdoptedBan extends Network {
  /** The jail that banned it. */
  readonly jail: string;
  /** `Infinity` is for ever. */
  readonly remainingSeconds: number;
}

/** A ban as it was stored. */
export interface StoredBan
  extends
    Pick<Ban, "jail" | "startSeconds" | "endSeconds" | "count" | "failures"> {
  /** Whom it is on. */
  readonly host: Network;
}

/** How often a host was banned in a jail. */
export interface CountRow {
  /** The jail that banned it. */
  readonly jail: string;
  /** Whose bans are counted. */
  readonly host: Network;
  /** Bans so far. */
  readonly count: number;
  /** When the last of them ended or will; absent: for ever, or not known. */
  readonly untilSeconds?: number;
}

/** When a host failed in a jail. */
export interface FailureRow {
  /** The jail that counts. */
  readonly jail: string;
  /** Who failed. */
  readonly host: Network;
  /** Seconds since 1970, in ascending order. */
  readonly times: Uint32Array;
}

/** Where the rows of one table go, so that they are there after the process has ended. */
export interface RowSink<Row> {
  /** All rows of these jails go. */
  clear(jails: readonly string[]): void;
  /** Takes the place of the row of the same jail and host. */
  put(row: Row): void;
  /** The row of this jail and host goes, if there is one. */
  remove(jail: string, host: Network): void;
}

/** Where the rows of the tracker go. */
export interface RowSinks {
  readonly bans: RowSink<Ban>;
  readonly counts: RowSink<CountRow>;
  readonly failures: RowSink<FailureRow>;
}

/** How a host stands with a jail. */
export interface HostStanding {
  readonly jail: string;
  /** Whom its failures are counted for: the host, or the network around it. */
  readonly countedAs: Network;
  /** The ban that covers it. */
  readonly ban: Ban | undefined;
  /** What spares it. */
  readonly ignoredBy: Network | undefined;
  /** Failures that are remembered, seconds since 1970, in ascending order. */
  readonly failureTimes: readonly number[];
  /** Those that lie within the find time before now. */
  readonly recentFailures: number;
  /** Bans so far, as far as they still count. */
  readonly bans: number;
}

/** How a jail stands. */
export interface JailCounts {
  /** Hosts with failures within the find time. */
  readonly currentlyFailed: number;
  /** Failures since the start, those of banned hosts included, those of ignored ones not. */
  readonly totalFailed: number;
  /** Bans in force. */
  readonly currentlyBanned: number;
  /** Bans since the start, those taken over included. */
  readonly totalBanned: number;
  /** Failures of ignored hosts since the start. */
  readonly ignored: number;
  /** Bans that ended before their time since the start because there was no room for more. */
  readonly displaced: number;
  /** Hosts with failures that were forgotten since the start because there was no room for more. */
  readonly forgotten: number;
}
