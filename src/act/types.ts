/**
 * What the act stage offers: drivers that carry decisions out.
 *
 * @module
 */

import type { Backend } from "../config/backend_types.ts";
import type { PortRange, Protocol } from "../config/types.ts";
import type { Ban, Decision } from "../track/types.ts";
import type { Network } from "../util/address.ts";

/** The part of a jail that a driver needs. */
export interface ActJail {
  readonly name: string;
  readonly backend: Backend;
  /** Empty: all ports. */
  readonly ports: readonly PortRange[];
  readonly protocols: readonly Protocol[];
  /** Whether bans that are still in the kernel from an earlier life are kept. */
  readonly rebanOnRestart: boolean;
}

/** A ban that was in the kernel before this life of the daemon. */
export interface FoundBan {
  readonly jail: string;
  /** Four words, v4-mapped for IPv4. */
  readonly words: Uint32Array;
  /** 128 for a single host. */
  readonly prefix: number;
  /** What is left of it; `Infinity` is for ever. */
  readonly remainingSeconds: number;
}

/** A decision that could not be carried out. */
export interface ActProblem {
  readonly action: string;
  readonly phase:
    | "open"
    | "ban"
    | "extend"
    | "unban"
    | "reload"
    | "repair"
    | "close";
  readonly jail?: string;
  readonly host?: string;
  /** In words, with the kernel's or the program's own. */
  readonly message: string;
}

/** Bans that another program took out of the firewall. */
export interface LostBans {
  /** Hosts that are no longer in it, whether or not they are to be. */
  readonly hosts: readonly LostHost[];
  /** Jails of which more may be gone, each with what tells whether a ban is. */
  readonly jails: ReadonlyMap<string, (ban: Ban) => boolean>;
}

/** See LostBans. */
export interface LostHost extends Network {
  readonly jail: string;
}

/** Receives problems as they show; the driver goes on. */
export type ProblemSink = (problem: ActProblem) => void;

/** Carries decisions out. */
export interface Driver {
  /** Word for logs: nftables, iptables, script, simulate. */
  readonly name: string;
  /**
   * Makes everything ready for these jails, over whatever an earlier life left.
   *
   * @returns the bans that were found and kept
   * @throws {ActionError} when the firewall cannot be used at all
   */
  open(jails: readonly ActJail[]): readonly FoundBan[];
  /** Goes over to these jails, atomically; running bans of jails that stay are kept. @throws {ActionError} when refused */
  reload(jails: readonly ActJail[]): void;
  /** Carries decisions out in order. nftables: in the kernel on return. Others: handed to the queue. */
  apply(decisions: readonly Decision[]): void;
  /**
   * Asks the firewall itself about one ban.
   *
   * @returns seconds that it has left there, `Infinity` for ever, 0 where it is not there; undefined where it does not tell.
   * Absent: it cannot be asked.
   */
  remainingOf?(ban: Ban): number | undefined;
  /** Waits for queued work, removes what is ours, and gives handles back. */
  close(): Promise<void>;
}

/** What a driver has done since the start. */
export interface DriverTally {
  readonly name: string;
  /** Bans and later ends of bans that it was given, those that were restored included. */
  readonly bans: number;
  readonly unbans: number;
  /** Problems that it told of. */
  readonly failures: number;
}

/** Why a driver cannot work; carries what the exit code depends on. */
export class ActionError extends Error {
  override readonly name = "ActionError";
  /** The driver. */
  readonly action: string;
  /** What it was doing. */
  readonly phase: ActProblem["phase"];
  /** permission: not allowed to. unavailable: not there. refused: the kernel or program said no. */
  readonly reason: "permission" | "unavailable" | "refused";

  constructor(
    message: string,
    where: {
      readonly action: string;
      readonly phase: ActProblem["phase"];
      readonly reason: "permission" | "unavailable" | "refused";
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: where.cause });
    this.action = where.action;
    this.phase = where.phase;
    this.reason = where.reason;
  }
}
