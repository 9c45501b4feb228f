/**
 * What the track stage decides.
 *
 * @module
 */

import type { Failure } from "../match/types.ts";

/** A host that is banned in a jail. */
export interface Ban {
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

/** Why a ban ended. */
export type UnbanReason = "expired" | "manual" | "reload" | "ignored";

/** What the act stage has to carry out, in order. */
export type Decision =
  | { readonly kind: "ban"; readonly ban: Ban }
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

/** The tracker of all jails. */
export interface Tracker {
  /** Counts a failure and decides. */
  onFailure(failure: Failure, nowSeconds: number): Verdict;
}
